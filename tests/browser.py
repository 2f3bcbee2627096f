"""Makes sure that the tests have what is no Python package: `python -m tests.browser`.

A browser, a Chinese font, a reader of PDFs; Java and npm for the checkers of `tests/looks/tools/`. Installs the
system's packages of whatever is missing when the user is root; otherwise says in one line what is missing, exit 2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable


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


NEEDED: tuple[tuple[Callable[[], bool], tuple[str, ...]], ...] = (
    (lambda: chromium() is not None, ("chromium",)),
    (has_chinese_font, ("fonts-noto-cjk", "fontconfig")),
    (lambda: shutil.which("pdftotext") is not None, ("poppler-utils",)),
    (lambda: shutil.which("java") is not None, ("default-jre-headless",)),
    (lambda: shutil.which("npm") is not None, ("nodejs", "npm")),
)
"""What the tests ask for, and the Debian packages that bring it."""


def missing() -> list[str]:
    """The packages of what is not here."""
    return [package for is_there, packages in NEEDED if not is_there() for package in packages]


def main() -> int:
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
        wanted = missing()
    if wanted:
        print(f"The tests need these Debian packages: {' '.join(wanted)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
