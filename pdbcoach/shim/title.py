"""What others see of this process: ``/proc/PID/cmdline`` and ``/proc/PID/environ``.

A program that a warm interpreter becomes was never executed. It writes over what the interpreter
was executed with, so that ``ps`` shows the program, and the engine finds its session's token.
"""

from __future__ import annotations

import os


def write(words: list[bytes], environment: list[bytes] | None = None) -> None:
    """Show these. The interpreter was started with enough room; what does not fit is cut off.

    The C library must have left the old environment: it is written over where it stands.
    """
    with open("/proc/self/stat", "rb") as stream:
        fields = stream.read().rpartition(b")")[2].split()
    # proc(5), from the 48th field on: where the two begin and end in our memory.
    words_begin, words_end, environment_begin, environment_end = map(int, fields[45:49])
    memory = os.open("/proc/self/mem", os.O_WRONLY)
    try:
        _fill(memory, words_begin, words_end, words)
        if environment is not None:
            _fill(memory, environment_begin, environment_end, environment)
    finally:
        os.close(memory)


def _fill(memory: int, begin: int, end: int, parts: list[bytes]) -> None:
    text = b"\0".join(parts)[: end - begin - 1]
    os.pwrite(memory, text.ljust(end - begin, b"\0"), begin)
