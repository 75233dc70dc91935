"""Tells the engine what the interpreter is about to do.

Everything depends on one audit hook (PEP 578). The interpreter calls it with tracing off and in no frame of
the program, so pdb never shows a frame of ours, neither with ``w`` nor with ``s``. Where the shim needs an
event that Python doesn't have, it replaces something that is called anyway with ``sys.audit`` itself.
``sys.audit`` is a C function, so it isn't traced either.
"""

from __future__ import annotations

import _thread
import os
import sys
from _functools import partial
from types import ModuleType

from . import wire
from .door import Door, adapt_thread
from .prompts import Prompts
from .title import command_line
from .whereabouts import Whereabouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .prompts import Arguments, Handler

_AFTER_FORK_IN_PARENT = "pdbcoach.after_fork_in_parent"
_AFTER_FORK_IN_CHILD = "pdbcoach.after_fork_in_child"
_SPAWNED = "pdbcoach.spawned"
_STARTED = "pdbcoach.started"


def start() -> None:
    """Introduce this interpreter to the engine and install the hook. Call this once, at start-up."""
    role = _role()
    if role is None:
        return
    whereabouts = Whereabouts(os.environ)
    whereabouts.server = role == wire.KIND_SERVER
    whereabouts.introduce(role, own_terminal=role == wire.KIND_SPAWN and not whereabouts.shared)
    os.register_at_fork(
        after_in_parent=partial(sys.audit, _AFTER_FORK_IN_PARENT),
        after_in_child=partial(sys.audit, _AFTER_FORK_IN_CHILD),
    )
    prompts = Prompts(whereabouts)
    imports = Imports(whereabouts, prompts)
    imports.adapt_loaded()
    handlers = {
        **ProcessEvents(whereabouts, prompts.door).handlers(),
        **imports.handlers(),
        **prompts.handlers(),
    }

    def hook(event: str, arguments: Arguments) -> None:
        handler = handlers.get(event)
        if handler is None:
            return
        try:
            handler(arguments)
        except Exception:
            whereabouts.complain()

    sys.addaudithook(hook)


def _role() -> str | None:
    """Return what kind of interpreter this is, or None if it is a helper and not part of a lesson."""
    if sys.argv[1:2] == ["--multiprocessing-fork"]:
        return wire.KIND_SPAWN
    command = " ".join(command_line())
    if "from multiprocessing.resource_tracker import" in command:
        return None
    if "from multiprocessing.forkserver import" in command:
        return wire.KIND_SERVER
    return wire.KIND_PYTHON


class ProcessEvents:
    """Follows the processes that this one starts."""

    def __init__(self, whereabouts: Whereabouts, door: Door) -> None:
        self.whereabouts = whereabouts
        self.door = door
        self.forking: int | None = None
        """The thread that is in os.fork()."""
        self.starting: dict[int, bool] = {}
        """The threads that are starting a Python with subprocess; True once they are in os.posix_spawn()."""

    def handlers(self) -> dict[str, Handler]:
        return {
            "os.fork": self.about_to_fork,
            _AFTER_FORK_IN_PARENT: self.forked_in_parent,
            _AFTER_FORK_IN_CHILD: self.forked_in_child,
            _SPAWNED: self.spawned,
            "subprocess.Popen": self.about_to_start,
            "os.posix_spawn": self.about_to_spawn,
            "os.system": self.gave_up,
            _STARTED: self.started,
            "cpython.run_command": self.program_starts,
            "cpython.run_file": self.program_starts,
            "cpython.run_module": self.program_starts,
            "cpython.run_stdin": self.program_starts,
        }

    def about_to_fork(self, _: Arguments) -> None:
        self.whereabouts.children += 1
        self.forking = _thread.get_ident()

    def forked_in_parent(self, _: Arguments) -> None:
        self.forking = None

    def forked_in_child(self, _: Arguments) -> None:
        # The callbacks of os.register_at_fork also run in os.forkpty(), whose child has a terminal of its
        # own, and in a subprocess with preexec_fn, which is about to execute another program.
        whereabouts = self.whereabouts
        ours = self.forking == _thread.get_ident() and (whereabouts.server or not whereabouts.silent)
        self.forking = None
        self.door.forked()
        if not ours:
            whereabouts.silent = True
            whereabouts.channel.drop()
            return
        kind = wire.KIND_SERVED if whereabouts.server else wire.KIND_FORK
        birth = {wire.PARENT: whereabouts.pid, wire.INDEX: whereabouts.children}
        if whereabouts.slave is not None:
            os.close(whereabouts.slave)
        whereabouts.begin()
        self.starting.clear()
        whereabouts.introduce(kind, own_terminal=not whereabouts.shared, more=birth)

    def spawned(self, arguments: Arguments) -> None:
        """Report a child of multiprocessing, which has just been started and assigned to ``Popen.pid``."""
        popen, pid = arguments
        popen.__dict__["pid"] = pid
        self.whereabouts.children += 1
        self.whereabouts.send({wire.WHAT: wire.SPAWNED, wire.PID: pid, wire.INDEX: self.whereabouts.children})

    def about_to_start(self, arguments: Arguments) -> None:
        """Report that ``subprocess`` is about to start a Python, which may say hello before it has a pid."""
        self.gave_up(())
        program = os.fsdecode(arguments[0])
        if os.path.basename(program).startswith("python") or program == sys.executable:
            self.whereabouts.pythons += 1
            thread = _thread.get_native_id()
            self.starting[thread] = False
            self.whereabouts.send(
                {wire.WHAT: wire.STARTING, wire.THREAD: thread, wire.INDEX: self.whereabouts.pythons}
            )

    def about_to_spawn(self, _: Arguments) -> None:
        # Popen may call os.posix_spawn(), and then only once.
        thread = _thread.get_native_id()
        if self.starting.get(thread):
            self.gave_up(())
        elif thread in self.starting:
            self.starting[thread] = True

    def gave_up(self, _: Arguments) -> None:
        """Report that this thread isn't starting a Python any more: there was an error."""
        self.started_python(None)

    def started(self, arguments: Arguments) -> None:
        """Report the pid of a Python that has just been assigned to ``Popen.pid``."""
        popen, pid = arguments
        popen.__dict__["pid"] = pid
        if pid is not None:
            self.started_python(pid)

    def started_python(self, pid: int | None) -> None:
        thread = _thread.get_native_id()
        if self.starting.pop(thread, None) is not None:
            self.whereabouts.send({wire.WHAT: wire.STARTED_PYTHON, wire.THREAD: thread, wire.PID: pid})

    def program_starts(self, _: Arguments) -> None:
        self.whereabouts.send({wire.WHAT: wire.STARTED})


class Imports:
    """Adapts a few modules of the standard library before any other code uses them."""

    def __init__(self, whereabouts: Whereabouts, prompts: Prompts) -> None:
        self.whereabouts = whereabouts
        self.importing: set[str] = set()
        self.adapt: dict[str, Callable[[ModuleType], None]] = {
            "pdb": prompts.adapt_pdb,
            "threading": adapt_thread,
            "multiprocessing": self.adapt_start_method,
            "subprocess": partial(adapt_popen, _STARTED),
            "multiprocessing.popen_spawn_posix": partial(adapt_popen, _SPAWNED),
            "multiprocessing.popen_forkserver": partial(adapt_popen, _SPAWNED),
        }

    def handlers(self) -> dict[str, Handler]:
        return {"import": self.about_to_import}

    def adapt_loaded(self) -> None:
        """Adapt what is already imported: a ``.pth`` file may import anything, a warm interpreter has pdb."""
        for name, adapt in self.adapt.items():
            if name in sys.modules:
                adapt(sys.modules[name])

    def about_to_import(self, arguments: Arguments) -> None:
        """Import and adapt the module now. The import statement then finds it in ``sys.modules``."""
        name = arguments[0]
        if name in self.adapt and name not in self.importing:
            self.importing.add(name)
            try:
                __import__(name)
                self.adapt[name](sys.modules[name])
            finally:
                self.importing.discard(name)

    def adapt_start_method(self, module: Any) -> None:
        if self.whereabouts.start_method is None:
            return
        context = module.context
        chosen = context._concrete_contexts[self.whereabouts.start_method]
        if hasattr(context, "_get_platform_default_context"):  # 3.14+
            context._get_platform_default_context = lambda: chosen
        else:
            context._default_context._default_context = chosen


def adapt_popen(event: str, module: Any) -> None:
    # Every Popen assigns self.pid just after the child has been created. Without a __get__, reading it finds
    # what our handler puts into the instance, as without us.
    module.Popen.pid = type("pid", (), {"__set__": staticmethod(partial(sys.audit, event))})()
