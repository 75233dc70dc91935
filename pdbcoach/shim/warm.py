"""A warm interpreter: started once, it becomes a program each time that it is asked to.

It was started as ``python -m pdb`` with this shim, has imported what pdb imports, and stands in its
``sitecustomize``. For a request it forks, and the fork *returns*: the interpreter goes on into
``-m pdb`` as one that has just started, with no frame of ours below it. Between the two stands
the program's leader, forked likewise.
"""

from __future__ import annotations

import _socket
import gc
import os
import site
import sys
from _signal import SIG_DFL, SIG_IGN, SIGCHLD, signal

from . import leader, wire
from .request import LARGEST, NOWHERE, Request
from .title import Title


def serve() -> None:
    """Become what is asked for, and return. The warm interpreter itself never does.

    Raises OSError or ImportError where no program could become what it should.
    """
    engine = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, int(os.environ[wire.WARM]))
    title = Title()
    title.write([b"python -m pdb (warm, for pdbcoach)"])
    _check_that_leaders_work()
    signal(SIGCHLD, SIG_IGN)  # nobody waits for the leaders
    gc.collect()
    gc.freeze()  # what is never looked at stays shared with every fork
    while True:
        packet, ancillary, _, _ = engine.recvmsg(LARGEST, _socket.CMSG_SPACE(4))
        if not packet:  # pdbcoach is gone, or needs us no more
            os._exit(0)
        terminal = int.from_bytes(ancillary[0][2], sys.byteorder)
        pid = os.fork()
        if not pid:
            _become(packet, engine, terminal, title)
            return
        os.close(terminal)
        engine.send(b"%d" % pid)


def _check_that_leaders_work() -> None:
    # They load it themselves: a program would not have it. But not every Python has it at all.
    if not any(finder.find_spec("_ctypes", None) for finder in sys.meta_path):
        raise ImportError("_ctypes")


def _become(packet: bytes, engine: _socket.socket, terminal: int, title: Title) -> None:
    try:
        os.setsid()
        os.close(os.open(os.ttyname(terminal), os.O_RDWR))  # makes it the session's
        program = os.fork()  # early: what was written to before is copied twice
        engine.close()
        for number in (0, 1, 2):
            os.dup2(terminal, number)
        os.close(terminal)
        request = Request.load(packet)
        if program:
            leader.lead(program, request.channel, request.folder, title)
        leader.follow()
        signal(SIGCHLD, SIG_DFL)
        _take_on(request, title)
    except BaseException:
        os._exit(1)


def _take_on(request: Request, title: Title) -> None:
    """Look as if this interpreter had been started for the request."""
    os.chdir(request.cwd)
    sys.argv[1:] = request.words[3:]
    if hasattr(sys, "orig_argv"):  # 3.10+
        sys.orig_argv[:] = request.words
    for name in list(os.environ):  # not clear(): readline has set two that are to stay
        del os.environ[name]
    os.environ.update(request.environment)
    for name in ("USER_BASE", "USER_SITE"):
        folder = getattr(site, name)
        if folder:
            setattr(site, name, folder.replace(NOWHERE, request.environment["HOME"], 1))
    variables = [b"%s=%s" % one for one in os.environb.items()]
    title.write([os.fsencode(word) for word in request.words], variables)
