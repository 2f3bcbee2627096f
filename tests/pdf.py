"""What a PDF says, as another program reads it."""

from __future__ import annotations

import subprocess


def read(pdf: bytes) -> str:
    """Its text, laid out as on the page, a form feed after each; poppler-utils."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()
