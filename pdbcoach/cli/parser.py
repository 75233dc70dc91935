"""Pieces of argparse that several verbs share."""

from __future__ import annotations

import argparse
import math
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def positive(text: str) -> float:
    """A number above zero, for ``type=``."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (0 < number < math.inf):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sandbox",
        action=argparse.BooleanOptionalAction,
        help="run programs in a sandbox of bubblewrap: no network, no files but their own, no other "
        "processes (default: as [tool.pdbcoach] in pyproject.toml says)",
    )


def add_cold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cold",
        action="store_true",
        help="start Python anew for each session, where a fork of one that has started would do as well",
    )
