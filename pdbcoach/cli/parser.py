"""Options that several verbs share."""

from __future__ import annotations

import argparse
import math
import os
import re
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def positive(text: str) -> float:
    """Return a number above zero, for ``type=``."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (0 < number < math.inf):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def add_jobs(parser: argparse.ArgumentParser, *names: str) -> None:
    parser.add_argument(
        *names,
        dest="jobs",
        type=_jobs,
        metavar="N|auto",
        default=0,
        help="how many scenarios to run at once; what is shown stays the same "
        "(default: auto, twice the number of processors, at most 8)",
    )


def jobs(arguments: argparse.Namespace) -> int:
    """Return how many scenarios to run at once."""
    return arguments.jobs or min(8, 2 * len(os.sched_getaffinity(0)))


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if not re.fullmatch("[1-9][0-9]{0,2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 1 to 999 nor `auto`")
    return int(text)


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sandbox",
        action=argparse.BooleanOptionalAction,
        help="run programs in a bubblewrap sandbox: no network, no other processes, only their own files "
        "(default: as [tool.pdbcoach] in pyproject.toml says)",
    )


def add_cold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cold",
        action="store_true",
        help="start a new Python for each session instead of forking a running one",
    )
