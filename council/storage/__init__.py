"""Engines, transactions and raw SQL for SQLite and PostgreSQL; Piccolo's tables stand in the rooms."""

import os

# Piccolo looks its engine up by this name the first time a table runs a query.
os.environ["PICCOLO_CONF"] = "council.piccolo_conf"
