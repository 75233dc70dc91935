"""Processor time of this process and of everything that it starts, whichever process waits for it.

``getrusage`` counts only children that their parents waited for. A program under pdbcoach is the grandchild
of a process that doesn't wait, so the kernel counts instead: perf_event_open(2), with a task clock that all
processes started from now on inherit.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

_NUMBER_OF_CALL: Final = {"x86_64": 298, "aarch64": 241}

_SOFTWARE: Final = 1
_TASK_CLOCK: Final = 1
# Bits of perf_event_attr. Without the last two only root may open it. They don't change the count.
_INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_SIZE: Final = 128


class Processor:
    """Counts from its creation. ``seconds`` returns None if the kernel doesn't count."""

    def __init__(self) -> None:
        self.problem = ""
        """The reason why it doesn't count, in words."""
        number = _NUMBER_OF_CALL.get(os.uname().machine)
        attributes = ctypes.create_string_buffer(_SIZE)
        flags = _INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
        struct.pack_into("IIQQQQQ", attributes, 0, _SOFTWARE, _SIZE, _TASK_CLOCK, 0, 0, 0, flags)
        self._counter = -1
        if number is None:
            self.problem = f"the number of perf_event_open on {os.uname().machine} is unknown"
            return
        libc = ctypes.CDLL(None, use_errno=True)
        this_process, any_processor, no_group, no_flags = 0, -1, -1, 0
        self._counter = libc.syscall(
            number, attributes, this_process, any_processor, no_group, ctypes.c_ulong(no_flags)
        )
        if self._counter < 0:
            self.problem = f"perf_event_open: {os.strerror(ctypes.get_errno())}"

    def seconds(self) -> float | None:
        if self._counter < 0:
            return None
        nanoseconds: int = struct.unpack("Q", os.read(self._counter, 8))[0]
        return nanoseconds / 1e9
