"""How much memory one picture takes while it is made anew: `python -m tests.files.appetite <file> <longest side>`."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

from council.files.images import reencode


def peak() -> int:
    """Bytes that this process has held at most. On Linux `ru_maxrss` begins with what the starting process held."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if found:
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    data = Path(sys.argv[1]).read_bytes()
    before = peak()
    reencode(data, longest=int(sys.argv[2]))
    print(peak() - before)
