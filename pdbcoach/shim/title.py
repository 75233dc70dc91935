"""What others see of this process: ``/proc/PID/cmdline``, ``environ`` and ``comm``.

A program that a warm interpreter becomes was never executed. It writes over what the interpreter
was executed with, so that ``ps`` shows the program, and the engine finds its session's token.
"""

from __future__ import annotations

import os
import sys


def command_line() -> list[str]:
    """The words that this interpreter was executed with."""
    if hasattr(sys, "orig_argv"):  # 3.10+
        return sys.orig_argv
    with open("/proc/self/cmdline", "rb") as stream:
        return [os.fsdecode(word) for word in stream.read().split(b"\0")[:-1]]


class Title:
    """Where the words and the environment stand in the memory of this process and of its forks.

    They were put there with enough room by whoever executed it; what does not fit is cut off.
    """

    def __init__(self) -> None:
        with open("/proc/self/stat", "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
        # proc(5), from the 48th field on.
        self.words_begin, self.words_end, self.environment_begin, self.environment_end = map(
            int, fields[45:49]
        )

    def write(self, words: list[bytes], environment: list[bytes] | None = None) -> None:
        """Show these. The C library must have left the old environment: it is written over."""
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
    """Show ``name`` where only the program's own name is shown."""
    number = os.open("/proc/self/comm", os.O_WRONLY)
    try:
        os.write(number, name)
    finally:
        os.close(number)
