"""The append-only log of each community: what was decided and done, so that nobody can quietly change it."""
