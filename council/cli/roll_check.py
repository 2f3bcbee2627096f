"""`council roll check FILE`: every problem of a household roll, by row and column. Nothing is stored."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import council
from council.registry.rollfile import limits
from council.registry.rollfile.model import Problem, RollFile, Unreadable
from council.registry.rollfile.reading import read_roll
from council.web.catalogues import Catalogue, load

CLEAN, HAS_ERRORS, UNREADABLE = 0, 1, 2
LOCALES = Path(council.__file__).parent.parent / "locales"


def add_parser_to(roll_commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = roll_commands.add_parser("check", help="report every problem of a roll by row and column")
    add_file_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the problems as one JSON object")
    parser.set_defaults(run=run)


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command that reads a roll takes."""
    parser.add_argument("file", metavar="FILE", help="CSV (UTF-8 or GB18030) or XLSX")
    parser.add_argument("--area-heading", metavar="HEADING", help="the column to take for the exclusive area")
    parser.add_argument("--locale", choices=["zh_CN", "en"], default=_spoken(), help="the language of the sentences")


def run(arguments: argparse.Namespace) -> int:
    """Prints the problems; 0 without an error, 1 with errors, 2 (one line on standard error) when it is no roll."""
    words = load(LOCALES, arguments.locale, strict=False)
    try:
        roll = read_roll(Path(arguments.file).name, read_bytes(arguments.file), area_heading=arguments.area_heading)
    except Unreadable as unreadable:
        print(f"council: {refusal(unreadable, words)}", file=sys.stderr)
        return UNREADABLE
    print(as_json(roll) if arguments.json else as_text(roll, words))
    return HAS_ERRORS if roll.errors else CLEAN


def refusal(unreadable: Unreadable, words: Catalogue) -> str:
    """Why a file is no roll, on one line."""
    return " ".join((words.gettext(unreadable.code) % dict(unreadable.details)).split())


def read_bytes(path: str) -> bytes:
    """A file's content, at most one byte more than is accepted: a device or a huge file is not read to its end."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(limits.MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable("roll.no_such_file", file=path, reason=error.strerror or "") from None


def as_json(roll: RollFile) -> str:
    """{"errors": [{"row", "column", "code", "read"}], "warnings": [the same]}."""
    return json.dumps(
        {"errors": [_told(problem) for problem in roll.errors], "warnings": [_told(item) for item in roll.warnings]},
        ensure_ascii=False,
        indent=1,
    )


def _told(problem: Problem) -> dict[str, str | int]:
    return {"row": problem.row, "column": problem.column, "code": problem.code, "read": problem.read}


def as_text(roll: RollFile, words: Catalogue) -> str:
    """One line a problem, and one that sums up."""
    lines = [_line(problem, words) for problem in roll.problems]
    rows = len({problem.row for problem in roll.errors})
    code = "roll.cli_errors" if roll.errors else "roll.cli_clean"
    counts = {"rows": len(roll.rows), "errors": len(roll.errors), "faulty": rows, "warnings": len(roll.warnings)}
    return "\n".join([*lines, words.gettext(code) % counts])


def _line(problem: Problem, words: Catalogue) -> str:
    sentence = words.gettext(problem.code) % dict(problem.details)
    told = {
        "row": problem.row,
        "column": problem.column,
        "sentence": sentence,
        "read": " ".join(problem.read.split()),
        "kind": words.gettext("roll.cli_error" if problem.is_error else "roll.cli_warning"),
    }
    return words.gettext("roll.cli_line" if problem.read else "roll.cli_line_blank") % told


def _spoken() -> str:
    """The terminal's language, by its environment."""
    tags = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh_CN" if next((tag for tag in tags if tag), "").startswith("zh") else "en"
