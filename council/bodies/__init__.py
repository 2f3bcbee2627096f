"""Owners' committees and management committees: who sits on them, by which route, and until when."""
