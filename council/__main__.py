"""`council COMMAND …` and `python -m council COMMAND …`."""

from __future__ import annotations

import sys

from council.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
