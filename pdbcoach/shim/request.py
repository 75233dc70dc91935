"""What a warm interpreter is asked to become."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 1 << 12
"""Bytes of a request, which a warm interpreter reserves in its environment."""

LONGEST = 1 << 10
"""Bytes of a program's words, which it reserves in its own words."""

NOWHERE = os.devnull
"""``HOME`` of a warm interpreter."""

REFUSED = b"0"
"""The answer of an interpreter that can't become the program. Otherwise it is the leader's pid."""


class Request:
    """A program: its words after ``python -m pdb``, its working directory and additional variables.

    ``channel`` and ``folder`` are for its leader. It is sent as one packet in which each part ends with a
    NUL, as in the memory of a program that ``execve(2)`` starts.
    """

    def __init__(
        self, channel: str, folder: str, cwd: str, words: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.channel, self.folder, self.cwd = channel, folder, cwd
        self.words = list(words)
        self.environment = dict(environment)

    def dump(self) -> bytes | None:
        """Return the packet, or None if it is too long."""
        variables = ["%s=%s" % one for one in self.environment.items()]
        parts = [self.channel, self.folder, self.cwd, str(len(self.words)), *self.words, *variables]
        packet = b"".join([os.fsencode(part) + b"\0" for part in parts])
        length = len(os.fsencode("\0".join(self.words)))
        return packet if length < LONGEST and len(packet) <= LARGEST else None

    @classmethod
    def load(cls, packet: bytes) -> Request:
        channel, folder, cwd, number, *rest = [os.fsdecode(part) for part in packet.split(b"\0")[:-1]]
        words, variables = rest[: int(number)], rest[int(number) :]
        return cls(channel, folder, cwd, words, dict([one.split("=", 1) for one in variables]))
