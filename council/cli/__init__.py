"""The command line: each command's module is imported only when that command (or all help) is asked for.

A module has `add_parser(commands)`, which adds its parsers and sets `run` to a callable that takes the parsed
arguments and returns the exit status: 0 done or holds, 1 a check did not hold, 2 bad input (raise a CouncilError).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from council.kernel.errors import CouncilError

COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "migrate": "migrate",
    "area": "setup",
    "community": "setup",
    "staff": "setup",
    "roll": "roll",
    "seed": "seed",
    "export": "export",
    "audit": "audit",
    "log": "log",
    "witness": "witness",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
}
"""Each command and the module of `council.cli` that has it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status; a CouncilError is one line on standard error, and 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = _parser(words).parse_args(words)
        run: Callable[[argparse.Namespace], int] = arguments.run
        return run(arguments)
    except CouncilError as exc:
        # Words are looked up only now: most commands never need the catalogues.
        from council.cli.common import sentence  # noqa: PLC0415

        print(f"council: {' '.join(sentence(exc).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Somebody piped us into `head`: not an error worth a traceback.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="council", description="Where a residential courtyard decides.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = COMMANDS.get(words[0]) if words else None
    for name in [asked] if asked else dict.fromkeys(COMMANDS.values()):
        import_module(f"{__name__}.{name}").add_parser(commands)
    return parser
