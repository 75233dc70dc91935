"""Is pdbcoach as fast as pdb? Measures it in turns with raw pdb and other tools, and prints a table.

It asserts nothing, because machines are noisy.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from parts import Parts, Sizes
from processor import Processor

import pdbcoach
from pdbcoach.engine import interpreters
from pdbcoach.engine.interpreters import Interpreter
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import Target

_PYTHONS: Final = ("3.11", "3.14")
_PARTS: Final = ("whole", "sessions", "commands", "forks", "parallel", "growth")

_USUAL: Final = Sizes(rounds=15, sessions=200, commands=600, scenarios=12, replays=(100, 1000))
_QUICK: Final = Sizes(rounds=3, sessions=10, commands=60, scenarios=2, replays=(5, 10))
_LONG: Final = (100, 1000, 10000)


def main() -> int:
    arguments = _arguments()
    sys.dont_write_bytecode = False  # as for most users: targets find the shim compiled
    processor = Processor()
    runner, _, _ = sys.version.partition(" ")
    print(f"pdbcoach {pdbcoach.__version__}, run by Python {runner}, on {os.cpu_count()} processors")
    if processor.problem:
        print(f"processor time is not measured: {processor.problem}")
    for python in _pythons(arguments.python):
        print(f"\n=== Python {python.version_text} ({python.executable}), {_load()}")
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
            target = Target(python.executable, python.version_text)
            parts = Parts(target, _sizes(arguments), processor, Path(folder))
            for name in arguments.only or _PARTS:
                getattr(parts, name)()
        print(f"\n{_load()}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    parser.add_argument(
        "--python",
        action="append",
        metavar="PATH|VERSION",
        help=f"the Python to debug with; may be given again (default: {' and '.join(_PYTHONS)}, if found)",
    )
    parser.add_argument(
        "--only", action="append", choices=_PARTS, help="only this part of the table; may be given again"
    )
    parser.add_argument(
        "--rounds",
        type=int,
        metavar="N",
        help=f"measurements of each (default: {_USUAL.rounds}; more of sessions and commands)",
    )
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="a little of each part")
    sizes.add_argument("--long", action="store_true", help=f"also {_LONG[-1]:,} replays in one process")
    return parser.parse_args()


def _sizes(arguments: argparse.Namespace) -> Sizes:
    sizes = _QUICK if arguments.quick else _USUAL
    rounds = arguments.rounds or sizes.rounds
    return replace(sizes, rounds=rounds, replays=_LONG if arguments.long else sizes.replays)


def _pythons(names: list[str] | None) -> list[Interpreter]:
    """Return the named Pythons, or the default ones that are found."""
    if names:
        return [interpreters.find(name) for name in names]
    found = []
    for name in _PYTHONS:
        try:
            found.append(interpreters.find(name))
        except PdbcoachError as error:
            print(error)
    return found


def _load() -> str:
    return "load average {:.1f} {:.1f} {:.1f}".format(*os.getloadavg())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PdbcoachError as error:
        sys.exit(f"benchmarks/run.py: {error}")
