"""What other processes see of this one: ``/proc/PID/cmdline``, ``environ`` and ``comm``.

A program that was a warm interpreter was never executed. It overwrites what the interpreter was executed
with, so that ``ps`` shows the program, and the engine can find its session's token.
"""

from __future__ import annotations

import os
import sys


def command_line() -> list[str]:
    """Return the words that this interpreter was executed with."""
    if hasattr(sys, "orig_argv"):  # 3.10+
        return sys.orig_argv
    with open("/proc/self/cmdline", "rb") as stream:
        return [os.fsdecode(word) for word in stream.read().split(b"\0")[:-1]]


class Title:
    """The memory of the words and the environment in this process and in its forks.

    The caller of execve reserved enough room there. What doesn't fit is cut off.
    """

    def __init__(self) -> None:
        with open("/proc/self/stat", "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
        # proc(5), from the 48th field on.
        self.words_begin, self.words_end, self.environment_begin, self.environment_end = map(
            int, fields[45:49]
        )

    def write(self, words: list[bytes], environment: list[bytes] | None = None) -> None:
        """Show these. The C library must have copied the old environment, because it is overwritten."""
        memory = os.open("/proc/self/mem", os.O_WRONLY)
        try:
            _fill(memory, self.words_begin, self.words_end, words)
            if environment is not None:
                _fill(memory, self.environment_begin, self.environment_end, environment)
        finally:
            os.close(memory)


def _fill(memory: int, begin: int, end: int, parts: list[bytes]) -> None:
    text = b"\0".join(parts)[: end - begin - 1]
    os.pwrite(memory, text.ljust(end - begin, b"\0"), begin)


def write_name(name: bytes) -> None:
    """Show ``name`` where only a program's name is shown."""
    number = os.open("/proc/self/comm", os.O_WRONLY)
    try:
        os.write(number, name)
    finally:
        os.close(number)
