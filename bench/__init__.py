"""Benchmarks: each prints figures as ratios to a yardstick measured on the same machine in the same run."""
