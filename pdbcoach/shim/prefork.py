"""A warm interpreter: started once, it becomes a program for each request.

It runs ``python -m pdb`` with this shim, has imported what pdb imports, and waits in its ``sitecustomize``.
For a request it forks, and the fork *returns*: the interpreter continues into ``-m pdb`` like one that has
just started, without a frame of ours on its stack. The program's leader is another fork, between the two.
"""

from __future__ import annotations

import _socket
import gc
import os
import site
import sys
from _signal import SIG_DFL, SIG_IGN, SIGCHLD, signal

from . import kernel, leader, wire
from .request import LARGEST, NOWHERE, REFUSED, Request
from .title import Title, command_line

_TRACELESS = 2
"""Exit status of a trial that left no descriptor open. A newer libffi keeps one open."""


def serve() -> None:
    """Return in a fork, once for each request. The warm interpreter itself never returns.

    For each byte on one socket it forks, and the fork reads the request on the other socket. The warm
    interpreter therefore never changes, and objects have the same addresses in every session.

    Raises OSError or RuntimeError if a fork couldn't become a proper program.
    """
    count, requests = [
        _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, int(number))
        for number in os.environ[wire.WARM].split()
    ]
    started = command_line()[:-1]  # the last word only reserves memory
    title = Title()
    title.write([b"python -m pdb (warm, for pdbcoach)"])
    _check()
    signal(SIGCHLD, SIG_IGN)  # reaps the leaders
    gc.collect()
    gc.freeze()  # memory that is never collected stays shared with the forks
    while count.recv(1):
        if not os.fork():
            count.close()
            _become(requests, title, started)
            return
    os._exit(0)  # pdbcoach is gone or doesn't need us


def _check() -> None:
    """Check that leaders can load what they need, and that forks lack nothing. Raises RuntimeError."""
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("something has started a thread")
    pid = os.fork()
    if not pid:
        try:
            before = os.listdir("/proc/self/fd")
            kernel.adopt_orphans()
            os._exit(_TRACELESS if os.listdir("/proc/self/fd") == before else 0)
        finally:
            os._exit(1)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _TRACELESS:
        kernel.adopt_orphans(False)  # loads _ctypes once for all leaders
    elif status != 0:
        raise RuntimeError("_ctypes does not work")  # some Pythons are built without it


def _shadows(folder: str) -> bool:
    """Return True if ``-m pdb`` would import a file in ``folder`` instead of a module that we have."""
    return any(name.partition(".")[0] in sys.modules for name in os.listdir(folder))


def _become(requests: _socket.socket, title: Title, started: list[str]) -> None:
    try:
        packet, ancillary, _, _ = requests.recvmsg(LARGEST, _socket.CMSG_SPACE(4))
        request = Request.load(packet)
        if _shadows(request.cwd):
            requests.send(REFUSED)
            os._exit(0)
        requests.send(b"%d" % os.getpid())
        requests.close()
        terminal = int.from_bytes(ancillary[0][2], sys.byteorder)
        os.setsid()
        os.close(os.open(os.ttyname(terminal), os.O_RDWR))  # makes it the controlling terminal
        program = os.fork()
        for number in (0, 1, 2):
            os.dup2(terminal, number)
        os.close(terminal)
        if program:
            leader.lead(program, request.channel, request.folder, title)
        leader.follow()
        signal(SIGCHLD, SIG_DFL)
        _take_on(request, title, started)
    except BaseException:
        os._exit(1)


def _take_on(request: Request, title: Title, started: list[str]) -> None:
    """Look like an interpreter that was started for the request."""
    os.chdir(request.cwd)
    words = [*started, *request.words]
    sys.argv[1:] = request.words
    if hasattr(sys, "orig_argv"):  # 3.10+
        sys.orig_argv[:] = words
    for name in (wire.WARM, wire.ROOM, "HOME"):
        del os.environ[name]
    os.environ.update(request.environment)
    for name in ("USER_BASE", "USER_SITE"):
        folder = getattr(site, name)
        if folder:
            setattr(site, name, folder.replace(NOWHERE, request.environment["HOME"], 1))
    title.write([os.fsencode(word) for word in words], [b"%s=%s" % one for one in os.environb.items()])
