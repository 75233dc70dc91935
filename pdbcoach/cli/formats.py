"""The options of a verb for its report: the formats it can also write, and how it draws."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from pdbcoach.report.formats import FORMATS

if TYPE_CHECKING:
    from pdbcoach.report.formats import AnyRun
    from pdbcoach.report.screen import Screen


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add an option for each format, and ``--no-color``."""
    for one in FORMATS:
        if one.metavar:
            parser.add_argument(one.option, metavar=one.metavar, help=one.help)
        else:
            parser.add_argument(one.option, action="store_true", help=one.help)
    parser.add_argument("--no-color", action="store_true", help="no colour (also: NO_COLOR=1)")


def open_screen(arguments: argparse.Namespace) -> Screen:
    """Return the screen to draw on: on stderr if a report goes to standard output.

    Raises PdbcoachError if a report can't be written where it should go.
    """
    from pdbcoach.report import files
    from pdbcoach.report.screen import Screen

    chosen = [(getattr(arguments, one.name), one.content) for one in FORMATS if one.content]
    for destination, content in chosen:
        if destination is not None:
            files.check(destination, content)
    taken = any(destination == files.STANDARD_OUTPUT for destination, _ in chosen)
    return Screen(sys.stderr if taken else sys.stdout, color=not arguments.no_color)


def read_by_github(arguments: argparse.Namespace) -> bool:
    """Return True if a runner of GitHub Actions reads what is printed, and obeys its commands."""
    from pdbcoach.report.workflow import is_obeyed

    return arguments.github or is_obeyed(os.environ)


def write_formats(arguments: argparse.Namespace, run: AnyRun, screen: Screen) -> None:
    """Write the run in each format that was asked for. Raises PdbcoachError, BrokenPipeError."""
    for one in FORMATS:
        destination = getattr(arguments, one.name)
        if destination:
            one.load().write(run, destination if one.metavar else "", screen.file)
