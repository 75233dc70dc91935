"""Runs the tests of CPython's test_pdb that start a program, and has a session run each of these programs.

It runs in the target, so it uses nothing but the standard library. It writes one request a line and reads one
answer a line; the last request is the results.
"""

from __future__ import annotations

import json
import os
import sys
import unittest
from types import ModuleType
from typing import Any

_ASK = os.fdopen(os.dup(1), "w")
_HEAR = os.fdopen(os.dup(0))
_ENVIRONMENT = dict(os.environ)


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """Send a request and return the answer."""
    _ASK.write(json.dumps(request) + "\n")
    _ASK.flush()
    answer: dict[str, Any] = json.loads(_HEAR.readline())
    return answer


class Popen:
    """As much of ``subprocess.Popen`` as these tests use. On a terminal, the two streams are one."""

    def __init__(
        self, words: list[str], env: Any = None, cwd: Any = None, stderr: int | None = None, **_: Any
    ) -> None:
        given = os.environ if env is None else env
        self.request = {
            "words": [str(word) for word in words[1:]],
            "cwd": os.path.abspath(cwd or "."),
            "env": {name: value for name, value in given.items() if _ENVIRONMENT.get(name) != value},
        }
        self.has_errors = stderr == -1  # subprocess.PIPE
        self.returncode: int | None = None
        self.stdout = open(os.devnull)  # noqa: SIM115 - closed at the end of the block

    def __enter__(self) -> Popen:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()

    def communicate(self, typed: bytes = b"") -> tuple[bytes, bytes | None]:
        answer = ask({**self.request, "typed": typed.decode()})
        self.returncode = answer["code"]
        output = answer["output"].encode()
        self.stdout.close()
        return output, output if self.has_errors else None


def main() -> None:
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - until the end
    from test import test_pdb

    replaced: Any = ModuleType("subprocess")
    vars(replaced).update(vars(test_pdb.subprocess))
    replaced.Popen = Popen
    test_pdb.subprocess = replaced
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(test_pdb.PdbTestCase).run(result)
    failed = {test.id().rpartition(".")[2]: problem for test, problem in [*result.failures, *result.errors]}
    ask({"ran": result.testsRun, "failed": failed})


main()
