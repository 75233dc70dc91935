"""Runs the doctests of CPython's test_pdb on a terminal: a session types what they would give to pdb.

It runs in the target, in a folder of its own. The file ``next`` has the line that will be read next, and
``results`` says at the end which doctests failed, and how.
"""

from __future__ import annotations

import doctest
import json
import sys
from collections.abc import Iterable
from typing import Any


class Typed:
    """Reads the lines of a doctest from the terminal, and prints each, as the suite's own input does."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.terminal, self.lines = sys.stdin, iter(lines)
        self.prepare()

    def prepare(self) -> None:
        with open("next", "w", encoding="utf-8") as stream:
            json.dump(next(self.lines, None), stream)

    def readline(self) -> str:
        line = self.terminal.readline().rstrip("\n")
        self.prepare()
        print(line)
        return line + "\n"


def main() -> None:
    from test import test_pdb

    class Input(test_pdb.PdbTestInput):  # type: ignore[misc]
        def __enter__(self) -> None:
            super().__enter__()
            sys.stdin = self.real_stdin
            sys.stdin = Typed(self.input)  # type: ignore[assignment]

    test_pdb.PdbTestInput = Input
    found: dict[str, Any] = {"ran": 0, "failed": {}}
    for test in doctest.DocTestFinder().find(test_pdb):
        if test.examples:
            said: list[str] = []
            found["ran"] += 1
            if doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed:
                found["failed"][test.name.rpartition(".")[2]] = "".join(said)
    with open("results", "w", encoding="utf-8") as stream:
        json.dump(found, stream)


main()
