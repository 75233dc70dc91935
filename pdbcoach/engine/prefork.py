"""Warm interpreters: one for each Python and start-up environment, shared by all sessions of this process.

A warm interpreter has started, has imported what pdb imports, and becomes a program in a fork of itself
(``shim/prefork.py``). Only this process has the other ends of its sockets. When they close, because it isn't
needed or because this process was killed, the interpreter ends. No file is involved.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import os
import resource
import socket
import subprocess
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from pdbcoach.engine.environment import Folder, at_start_up, base_variables, of_the_session
from pdbcoach.engine.spawn import Started
from pdbcoach.engine.terminal import WindowSize, open_pair
from pdbcoach.shim import kernel, wire
from pdbcoach.shim.leader import reset_signals
from pdbcoach.shim.request import LARGEST, LONGEST, NOWHERE, Request

_RUNS_PDB: Final = ["-m", "pdb"]

_MOST: Final = 8
"""Number of warm interpreters to keep. The least recently used one ends when another is needed."""

_ANSWER_TIMEOUT: Final = 10.0
"""Seconds for a warm interpreter to start and answer."""

_LIMITS: Final = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})


class WarmKind(NamedTuple):
    """What a program inherits from its interpreter and can't be changed later: the key of a warm one."""

    python: str
    environment: tuple[tuple[str, str], ...]
    umask: str
    limits: tuple[tuple[int, int], ...]


class WarmInterpreter:
    def __init__(self, kind: WarmKind) -> None:
        """Start it without waiting. Raises OSError."""
        self.proven = False
        """It has answered at least once."""
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)]
        self._count, self._requests = (ours for ours, _ in pairs)
        theirs = [their.fileno() for _, their in pairs]
        # Its streams must be set up for a terminal. Each fork later gets a terminal of its own.
        self._master, slave = open_pair()
        try:
            self._process = subprocess.Popen(
                [kind.python, *_RUNS_PDB, "x" * LONGEST],
                env={
                    **dict(kind.environment),
                    "HOME": NOWHERE,
                    wire.WARM: " ".join(map(str, theirs)),
                    wire.ROOM: "x" * LARGEST,
                },
                cwd="/",
                stdin=slave,
                stdout=slave,
                stderr=slave,
                pass_fds=theirs,
                start_new_session=True,
                preexec_fn=_prepare,
            )
        except BaseException:
            self.let_go()
            raise
        finally:
            for _, their in pairs:
                their.close()
            os.close(slave)
        self._requests.settimeout(_ANSWER_TIMEOUT)

    def become(self, packet: bytes, slave: int) -> int:
        """Make it become a program on a terminal. Return the leader's pid, or 0 if it refuses.

        Raises OSError if it has ended.
        """
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [slave]))
        self._requests.sendmsg([packet], [rights])
        self._count.send(b"1")
        answer = self._requests.recv(64)
        if not answer:
            raise ConnectionResetError
        self.proven = True
        self._close_master()
        return int(answer)

    def let_go(self) -> None:
        """Close its sockets. It ends when all processes that have them have closed them."""
        self._count.close()
        self._requests.close()
        self._close_master()

    def end(self) -> None:
        """Kill it. Its programs go on, because they have leaders of their own."""
        self.let_go()
        self._process.kill()
        self._process.wait()

    def _close_master(self) -> None:
        if self._master >= 0:
            os.close(self._master)
            self._master = -1


def _prepare() -> None:
    kernel.keep_addresses()
    reset_signals()


class Prefork:
    """The warm interpreters of this process, for any of its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_kind: dict[WarmKind, WarmInterpreter] = {}
        """In the order of use; the last is the most recently used."""
        self._hopeless: set[WarmKind] = set()
        """Kinds whose interpreter ended without an answer. A cold start will show why."""

    def get_ready(self, kind: WarmKind) -> None:
        with self._lock:
            self._take(kind)

    def become(self, kind: WarmKind, packet: bytes, slave: int) -> int | None:
        """Return the leader's pid, or None if there is no warm interpreter of this kind."""
        with self._lock:
            while (one := self._take(kind)) is not None:
                try:
                    return one.become(packet, slave)
                except BaseException as problem:
                    self._by_kind.pop(kind).end()  # it may still answer after we stop listening
                    if not isinstance(problem, OSError):
                        raise
                    if not one.proven:  # if it had answered, a program may have killed it
                        self._hopeless.add(kind)
        return None

    def _take(self, kind: WarmKind) -> WarmInterpreter | None:
        if kind in self._hopeless:
            return None
        one = self._by_kind.pop(kind, None)
        if one is None:
            if len(self._by_kind) == _MOST:
                self._by_kind.pop(next(iter(self._by_kind))).end()
            try:
                one = WarmInterpreter(kind)
            except OSError:
                self._hopeless.add(kind)
                return None
        self._by_kind[kind] = one
        return one

    def end(self) -> None:
        with self._lock:
            while self._by_kind:
                self._by_kind.popitem()[1].end()

    def let_go(self) -> None:
        for one in self._by_kind.values():
            one.let_go()


_own = Prefork()
_inherited: list[Prefork] = []


def get_ready(python: str) -> None:
    """Start a warm interpreter that will be needed, without waiting."""
    _own.get_ready(_kind(python, base_variables()))


def start(
    words: tuple[str, ...], environment: Mapping[str, str], folder: Folder, size: WindowSize
) -> Started | None:
    """Turn a warm interpreter into the program ``words``. Returns None if it needs a cold start."""
    python, *arguments = words
    request = Request(
        str(folder.socket), str(folder.root), str(folder.work), arguments[2:], of_the_session(environment)
    )
    packet = request.dump()
    if arguments[:2] != _RUNS_PDB or packet is None:
        return None
    master, slave = open_pair(size)
    leader = None
    try:
        leader = _own.become(_kind(python, environment), packet, slave)
    finally:
        os.close(slave)
        if not leader:
            os.close(master)
    if not leader:
        return None
    return Started(leader, master, reap=partial(_reap, leader), close=partial(os.close, master))


def end_all() -> None:
    """End the warm interpreters of this process. The next session that needs one starts another."""
    _own.end()


def _reap(leader: int) -> None:
    # It isn't our child, unless its interpreter has been killed.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(leader, 0)


def _kind(python: str, environment: Mapping[str, str]) -> WarmKind:
    limits = tuple(resource.getrlimit(number) for number in _LIMITS)
    return WarmKind(python, tuple(at_start_up(environment).items()), _umask(), limits)


def _umask() -> str:
    # umask(2) returns the mask only to a caller that changes it.
    status = Path("/proc/self/status").read_text()
    return next(line for line in status.splitlines() if line.startswith("Umask:"))


def _after_fork() -> None:
    """Forget the interpreters in a fork of this process: they belong to the parent and end with it."""
    global _own
    _own.let_go()
    _inherited.append(_own)  # keeps subprocess from warning that it was never waited for
    _own = Prefork()


atexit.register(end_all)
os.register_at_fork(after_in_child=_after_fork)
