"""`council roll`: household rolls from the command line; each verb is a module of its own."""

from __future__ import annotations

import argparse
from importlib import import_module

_VERBS = ("roll_check", "roll_import", "codes")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("roll", help="household rolls: check a file, import it, print the slips")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in _VERBS:
        import_module(f"council.cli.{name}").add_parser_to(verbs)
