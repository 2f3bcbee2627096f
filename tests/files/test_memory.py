"""The heaviest picture of each kind that is taken, and what it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from council.files.images import LONGEST, MOST_MEMORY
from council.files.papers import SCAN_LONGEST
from tests.files.pictures import blank

MEGABYTE = 1024 * 1024
HEAVIEST: dict[str, tuple[str, str, tuple[int, int], int, dict[str, Any]]] = {
    # MB on Linux with Pillow 13
    "png, transparent": ("PNG", "RGBA", (4800, 4800), LONGEST, {}),  # 220
    "png": ("PNG", "RGB", (7000, 5500), LONGEST, {}),  # 213
    "png, palette": ("PNG", "P", (7000, 4700), LONGEST, {}),  # 215
    "gif": ("GIF", "P", (7000, 4700), LONGEST, {}),  # 217
    "bmp, ink": ("BMP", "1", (7000, 4700), LONGEST, {}),  # 218
    "webp": ("WEBP", "RGBA", (4032, 3024), LONGEST, {}),  # 220
    "jpeg of a telephone": ("JPEG", "RGB", (8160, 6120), LONGEST, {}),  # 35
    "jpeg, not yet halved": ("JPEG", "RGB", (3199, 3199), LONGEST, {}),  # 74
    "jpeg, a scan": ("JPEG", "RGB", (5999, 5999), SCAN_LONGEST, {}),  # 246
    "jpeg for print, in passes": ("JPEG", "CMYK", (5000, 4600), LONGEST, {"progressive": True}),  # 203
}


@pytest.mark.parametrize("name", HEAVIEST)
def test_no_picture_takes_more_than_it_is_given(name: str, tmp_path: Path) -> None:
    kind, mode, size, longest, options = HEAVIEST[name]
    file = tmp_path / "picture"
    file.write_bytes(blank(kind, mode, size, **options))
    command = [sys.executable, "-m", "tests.files.appetite", str(file), str(longest)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert 20 * MEGABYTE < int(told) < MOST_MEMORY + 32 * MEGABYTE, f"{int(told) // MEGABYTE} MB"
