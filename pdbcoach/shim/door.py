"""Lets one thread at a time into the debugger. The engine chooses it, the others wait.

Without this, each line would go to any of the threads that are at a prompt, and from Python 3.14 on, the stop
of one thread would end that of another. A program that has never started a thread isn't concerned.
"""

from __future__ import annotations

import _thread
import os
import sys
from _functools import partial
from _weakref import ref
from types import CodeType, FrameType

from . import terminal, wire
from .whereabouts import Whereabouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Arguments = tuple[Any, ...]
    Handler = Callable[[Arguments], None]

_THREAD_MADE = "pdbcoach.thread_made"
_THREAD_ENDED = "pdbcoach.thread_ended"


class Door:
    def __init__(self, whereabouts: Whereabouts) -> None:
        self.whereabouts = whereabouts
        self.pdb: Any = None
        """The module."""
        self.entrance: CodeType | None = None
        """The code of its ``set_trace()``."""
        self.threaded = False
        """A thread has been started."""
        self.steps: int | None = None
        """The thread that keeps the debugger until its next stop."""
        self.inside: dict[int, object] = {}
        """The threads in the debugger, and the first Pdb of each; None between set_trace() and its stop."""
        self.latest: int | None = None
        """The thread that was in the debugger last."""
        self.last_lines: dict[int, str] = {}
        """What Enter repeats in the threads that have left their prompts to others."""
        self.local = _thread._local()
        self.present: dict[int, object] = {}

    def adapt_pdb(self, module: Any) -> None:
        self.pdb = module
        self.entrance = module.set_trace.__code__

    def handlers(self) -> dict[str, Handler]:
        return {
            "_thread.start_new_thread": self.thread_starts,
            "_thread.start_joinable_thread": self.thread_starts,
            _THREAD_MADE: self.thread_is_made,
            "sys._getframe": self.frame_is_read,
            _THREAD_ENDED: self.thread_ended,
        }

    def thread_starts(self, _: Arguments) -> None:
        me = _thread.get_ident()
        if not self.threaded and (me in self.inside or me == self.steps):
            self.send({wire.WHAT: wire.HOLDS, wire.NAME: _name()})
        self.threaded = True
        self.separate()

    def thread_is_made(self, arguments: Arguments) -> None:
        thread, value = arguments
        thread.__dict__["_daemonic"] = value
        self.thread_starts(())

    def frame_is_read(self, arguments: Arguments) -> None:
        # set_trace() looks for its caller before it calls a method of Pdb, also for breakpoint().
        if (
            self.threaded
            and arguments[0].f_code is self.entrance
            and not self.has_debugger(_thread.get_ident())
        ):
            self.enter(arguments[0].f_back)

    def has_debugger(self, thread: int) -> bool:
        """Return True if a thread is in the debugger, or steps and no other has been let in since."""
        return thread in self.inside or self.steps == thread == self.latest

    def begin(self, debugger: object, interaction: FrameType) -> None:
        """Wait until this thread may interact with ``debugger``."""
        me = _thread.get_ident()
        self.threaded = self.threaded or _thread._count() > 0
        if self.threaded and not self.has_debugger(me):
            self.enter(interaction.f_locals.get("frame") or interaction)
        if self.inside.get(me) is None:  # otherwise it is in a debugger within a debugger
            self.inside[me] = debugger
            self.trace_here(debugger, me)

    def trace_here(self, debugger: Any, me: int) -> None:
        """Make a debugger trace this thread. From 3.14 on, only the thread that began last is traced."""
        begun = getattr(debugger, "botframe", None) is not None  # a post-mortem session traces nothing
        if begun and self.latest not in (None, me) and hasattr(debugger, "start_trace"):
            debugger.start_trace()
        self.latest = me
        self.separate()

    def separate(self) -> None:
        """Give each thread a Pdb of its own, as before 3.14: a shared one can stop in one thread only."""
        if self.threaded and hasattr(self.pdb, "Pdb") and hasattr(self.pdb.Pdb, "_last_pdb_instance"):
            self.pdb.Pdb._last_pdb_instance = None

    def yield_to_another(self, debugger: Any) -> None:
        """Leave a prompt of ``debugger`` to another thread, and come back to it."""
        if debugger is None or not self.threaded:
            return
        me = _thread.get_ident()
        first = self.inside.pop(me, None)
        self.last_lines[me] = debugger.lastcmd
        self.send({wire.WHAT: wire.OVER})
        self.enter(debugger.curframe)
        self.inside[me] = first
        self.trace_here(debugger, me)

    def prompt_is_next(self, debugger: Any) -> None:
        """Let Enter repeat what it did before the prompt was left to another thread."""
        if debugger is not None and self.last_lines:
            debugger.lastcmd = self.last_lines.pop(_thread.get_ident(), debugger.lastcmd)

    def end(self, debugger: Any) -> None:
        """Make room for another thread, unless this one only leaves a debugger within a debugger."""
        me = _thread.get_ident()
        if self.inside.get(me) is not debugger:
            return
        del self.inside[me]
        self.steps = me if _steps(debugger) else None
        if self.threaded and self.steps is None:
            self.send({wire.WHAT: wire.OVER})

    def enter(self, frame: FrameType) -> None:
        self.greet()
        if not self.whereabouts.silent:
            try:
                self.wait_at_door(frame)
            except OSError:  # the engine is gone, or no descriptor is left
                self.whereabouts.complain()
        self.inside[_thread.get_ident()] = None

    def wait_at_door(self, frame: FrameType) -> None:
        door = self.whereabouts.channel.another()
        try:
            message = {
                wire.WHAT: wire.TURN,
                wire.THREAD: _thread.get_native_id(),
                wire.NAME: _name(),
                wire.STOP: [frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name],
            }
            door.sendall((wire.dumps(message) + "\n").encode("ascii"))
            door.recv(16)  # without the GIL, so the other threads run
        finally:
            door.close()

    def greet(self) -> None:
        """Make the end of this thread an event. Its thread-local values go away with it."""
        if not hasattr(self.local, "presence"):
            me = _thread.get_native_id()
            self.local.presence = presence = set[int]()
            self.present[me] = ref(presence, partial(sys.audit, _THREAD_ENDED, me, _thread.get_ident()))

    def thread_ended(self, arguments: Arguments) -> None:
        native, thread, _ = arguments
        if self.whereabouts.pid == os.getpid():  # a fork has only one thread
            self.present.pop(native, None)
            self.inside.pop(thread, None)
            terminal.flush()
            mark = wire.end_mark(self.whereabouts.token, self.whereabouts.pid, native)
            marked = terminal.write_mark(mark, self.whereabouts.device)
            self.send({wire.WHAT: wire.GONE, wire.THREAD: native, wire.MARKED: marked})

    def forked(self) -> None:
        """Begin as a process with one thread."""
        me = _thread.get_ident()
        self.threaded = False
        self.inside = {thread: debugger for thread, debugger in self.inside.items() if thread == me}
        self.present = {}
        self.local = _thread._local()

    def send(self, message: dict[str, Any]) -> None:
        self.whereabouts.send({wire.THREAD: _thread.get_native_id(), **message})


def adapt_thread(module: Any) -> None:
    """Make the creation of a thread an event. Before 3.12, its start is none."""
    if sys.version_info < (3, 12):
        module.Thread._daemonic = type(
            "_daemonic", (), {"__set__": staticmethod(partial(sys.audit, _THREAD_MADE))}
        )()


def _steps(debugger: Any) -> bool:
    """Return True if a debugger that is left will stop again soon, because it doesn't continue."""
    botframe = getattr(debugger, "botframe", None)  # that of a post-mortem session is None
    continues = botframe is None or (debugger.stopframe is botframe and debugger.stoplineno == -1)
    return not (continues or debugger.quitting)


def _name() -> str:
    """Return the name that ``threading`` has for this thread, without importing it."""
    threading = sys.modules.get("threading")
    known = threading._active.get(_thread.get_ident()) if threading is not None else None
    unknown = "MainThread" if _thread.get_native_id() == os.getpid() else "thread"
    return getattr(known, "_name", unknown)
