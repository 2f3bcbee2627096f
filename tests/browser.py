"""Makes sure that the tests have a browser, a Chinese font and a reader of PDFs: `python -m tests.browser`.

Installs them from the system's packages when they are missing and the user is root; otherwise says in one line what
is missing, and exits with 2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk", "fontconfig", "poppler-utils")


def chromium() -> str | None:
    """The browser to drive, or None."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


def has_chinese_font() -> bool:
    listed = shutil.which("fc-list")
    if listed is None:
        return False
    return bool(subprocess.run([listed, ":lang=zh", "family"], capture_output=True, check=False).stdout.strip())


def is_ready() -> bool:
    return bool(chromium() and has_chinese_font() and shutil.which("pdftotext"))


def main() -> int:
    if is_ready():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
        if is_ready():
            return 0
    print(f"The tests need these Debian packages: {' '.join(PACKAGES)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
