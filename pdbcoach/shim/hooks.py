"""Hears what the interpreter is about to do, and tells the engine.

Everything hangs on one audit hook (PEP 578). The interpreter calls it with tracing switched off
and outside of any call path, so no frame of ours is ever seen by pdb, in ``w`` or by ``s``; where
an event of our own is needed, something that is called anyway is replaced by ``sys.audit`` itself,
which is written in C and therefore not traced either.
"""

import _thread
import itertools
import os
import sys
from _functools import partial
from _operator import attrgetter

from . import state, terminal, wire
from .channel import Channel


class Here:
    """What this process knows of itself. Forked children go on with a copy and correct it."""

    def __init__(self, environment):
        self.channel = Channel(environment[wire.SOCKET])
        self.token = environment[wire.TOKEN]
        self.shared = environment.get(wire.TERMINALS) == "shared"
        self.start_method = environment.get(wire.START_METHOD)
        self.debug = bool(environment.get(wire.DEBUG))
        self.pid = os.getpid()
        self.silent = False  # about to become another program, or not ours to speak for
        self.server = False  # multiprocessing's forkserver
        self.children = 0  # started so far, by whatever means
        self.sequence = 0  # prompts announced so far
        self.continuation = {None: "... "}  # what the interpreter is to print before a continued line
        self.forking = None  # the thread that is in os.fork()
        self.device = terminal.terminal_of(0)  # the terminal that is ours
        self.stdin = terminal.BorrowedInput()
        self.importing = set()  # names of modules that are being imported to be adapted
        self.debugger_class = None
        self.debugger_file = None


_here = None


def start():
    """Introduce this interpreter to the engine and begin to listen. Called once, at start-up."""
    global _here
    role = _role()
    if role is None:
        return
    _here = Here(os.environ)
    _here.server = role == wire.KIND_SERVER
    _introduce(role, own_terminal=role == wire.KIND_SPAWN and not _here.shared)
    os.register_at_fork(
        after_in_parent=partial(sys.audit, "pdbcoach.after_fork_in_parent"),
        after_in_child=partial(sys.audit, "pdbcoach.after_fork_in_child"),
    )
    sys.addaudithook(_hook)


def _role():
    """What kind of interpreter this is; ``None`` for one that is no part of any lesson."""
    if sys.argv[1:2] == ["--multiprocessing-fork"]:
        return wire.KIND_SPAWN
    command = " ".join(_command_line())
    if "from multiprocessing.resource_tracker import" in command:
        return None
    if "from multiprocessing.forkserver import" in command:
        return wire.KIND_SERVER
    return wire.KIND_PYTHON


def _command_line():
    if hasattr(sys, "orig_argv"):
        return sys.orig_argv
    with open("/proc/self/cmdline", "rb") as stream:  # 3.9
        return [os.fsdecode(word) for word in stream.read().split(b"\0")]


def _introduce(kind, own_terminal, **more):
    """Say hello, wait to be told our name, and take a terminal of our own if we are to have one."""
    message = {wire.WHAT: wire.HELLO, wire.KIND: kind, wire.VERSION: list(sys.version_info[:3])}
    message.update(more)
    _here.channel.connect()
    if not own_terminal:
        _here.channel.send(message)
        _here.silent = _here.channel.receive_line() in ("", wire.NO_NAME)
        return
    master, slave = os.openpty()
    try:
        _here.channel.send(message, master)
        os.close(master)
        _here.silent = _here.channel.receive_line() in ("", wire.NO_NAME)
        if not _here.silent:
            terminal.replace(slave, _here.device if kind == wire.KIND_FORK else None)
            _here.device = terminal.terminal_of(slave)
    finally:
        os.close(slave)


def _hook(event, arguments):
    handler = _HANDLERS.get(event)
    if handler is None:
        return
    try:
        handler(arguments)
    except Exception:
        _complain()


def _complain():
    """Nothing of ours may ever leave the shim, unless somebody works on it."""
    if _here.debug:
        import traceback

        traceback.print_exc()


# --- forks ---------------------------------------------------------------------------------------


def _about_to_os_fork(_):
    _here.children += 1
    _here.forking = _thread.get_ident()


def _forked_in_parent(_):
    _here.forking = None


def _forked_in_child(_):
    # The hooks of os.register_at_fork also run in os.forkpty(), whose child has a terminal of its
    # own, and in a subprocess with preexec_fn, which is about to become another program.
    ours = _here.forking == _thread.get_ident()
    _here.forking = None
    index, _here.children, _here.sequence = _here.children, 0, 0
    if not ours or (_here.silent and not _here.server):
        _here.silent = True
        _here.channel.drop()
        return
    kind = wire.KIND_SERVED if _here.server else wire.KIND_FORK
    parent, _here.pid, _here.server = _here.pid, os.getpid(), False
    _introduce(kind, own_terminal=not _here.shared, **{wire.PARENT: parent, wire.INDEX: index})


def _spawned(arguments):
    """multiprocessing assigned ``Popen.pid``: the child exists, and this process started it."""
    popen, pid = arguments
    popen._pdbcoach_pid = pid
    if not _here.silent:
        _here.children += 1
        _send({wire.WHAT: wire.SPAWNED, wire.PID: pid, wire.INDEX: _here.children})


# --- imports -------------------------------------------------------------------------------------


def _importing(arguments):
    """Import what we want to adapt ourselves, so that it is adapted before anybody sees it."""
    name = arguments[0]
    if name in _ADAPT and name not in _here.importing:
        _here.importing.add(name)
        try:
            __import__(name)
            _ADAPT[name](sys.modules[name])
        finally:
            _here.importing.discard(name)


def _adapt_pdb(module):
    debugger = module.Pdb
    _here.debugger_class = debugger
    _here.debugger_file = debugger.interaction.__code__.co_filename
    debugger.setup = _Announced(debugger.setup, _interaction_begins)
    debugger.forget = _Announced(debugger.forget, _interaction_ends)
    debugger.prompt = _Prompt()


def _adapt_start_method(module):
    context = module.context
    if _here.start_method is None:
        return
    chosen = context._concrete_contexts[_here.start_method]
    if hasattr(context, "_get_platform_default_context"):  # 3.14+
        context._get_platform_default_context = lambda: chosen
    else:
        context._default_context._default_context = chosen


def _adapt_popen(module):
    # Both kinds of Popen assign self.pid just after the child came to be.
    module.Popen.pid = property(
        attrgetter("_pdbcoach_pid"), partial(sys.audit, "pdbcoach.spawned")
    )


class _Announced:
    """A method that is known to be fetched just before it is called: the fetch is the event."""

    def __init__(self, function, event):
        self.function, self.event = function, event

    def __get__(self, instance, owner=None):
        if instance is None:
            return self.function
        self.event(instance, sys._getframe(1))
        return self.function.__get__(instance, owner)


def _interaction_begins(debugger, _):
    if not _here.shared:
        _here.stdin.lend(debugger)


def _interaction_ends(debugger, frame):
    # setup() and reset() forget too, at the beginning.
    if frame.f_code.co_name not in ("setup", "reset"):
        _here.stdin.give_back(debugger)


class _Prompt:
    """``Pdb.prompt``: read by ``cmdloop`` just before it asks.

    Only debuggers that do not ask by ``input()`` are announced from here: those with a stdout of
    their own, and the server side of ``python -m pdb -p``.
    """

    def __get__(self, instance, owner=None):
        if instance is None:
            return "(Pdb) "
        text = instance.__dict__.get("prompt", "(Pdb) ")
        frame = sys._getframe(1)
        if frame.f_code.co_name == "cmdloop" and not _here.silent:
            try:
                if frame.f_code.co_filename == _here.debugger_file:
                    _send({wire.WHAT: wire.REMOTE, wire.STATE: _state(instance, frame)})
                elif not instance.use_rawinput:
                    instance.stdout.flush()
                    _announce(_kind(instance, text), text, _state(instance, frame))
            except Exception:
                _complain()
        return text

    def __set__(self, instance, value):
        instance.__dict__["prompt"] = value


# --- prompts -------------------------------------------------------------------------------------


def _about_to_input(arguments):
    if _here.silent:
        return
    text = "" if arguments[0] is None else str(arguments[0])
    frame = sys._getframe(2)
    debugger, loop = _debugger_below(frame)
    if debugger is not None and frame is loop:
        kind = _kind(debugger, text)
    elif frame.f_code.co_filename == _here.debugger_file:
        if frame.f_code.co_name in ("read_input", "read_command"):
            _announce(_client_kind(text), text, None, client=True)
            return
        continued = text.startswith("...")
        kind = "pdb" if continued else "confirm"
    elif frame.f_code.co_name == "raw_input" and frame.f_code.co_filename.endswith("/code.py"):
        kind = "interact" if debugger is not None else "python"
    else:
        kind = "program"
    _announce(kind, text, _state(debugger, loop))


def _state(debugger, loop):
    if debugger is None or not debugger.stack:
        return None
    try:
        return state.read(debugger, loop)
    except Exception:
        _complain()
        return None


def _debugger_below(frame):
    """The nearest Pdb that is interacting below ``frame``, and the frame of its loop."""
    while frame is not None:
        if frame.f_code.co_name == "cmdloop" and _here.debugger_class is not None:
            debugger = frame.f_locals.get("self")
            if isinstance(debugger, _here.debugger_class):
                return debugger, frame
        frame = frame.f_back
    return None, None


def _kind(debugger, text):
    if debugger.commands_defining:
        return "commands"
    return "nested" if text.startswith("((") else "pdb"


def _client_kind(text):
    if text.startswith(("(Pdb)", "...")):
        return "pdb"
    if text.startswith("(("):
        return "nested"
    if text.startswith("(com)"):
        return "commands"
    return "interact" if text.startswith(">>>") else "confirm"


def _announce(kind, text, here, client=False):
    """Mark the terminal, then tell the engine: once it hears of a prompt, the mark is there."""
    _here.sequence += 1
    terminal.flush()
    mark = wire.mark(_here.token, _here.pid, _here.sequence)
    _send(
        {
            wire.WHAT: wire.PROMPT,
            wire.SEQUENCE: _here.sequence,
            wire.KIND: kind,
            wire.TEXT: text,
            wire.MARKED: terminal.write_mark(mark, _here.device),
            wire.CLIENT: client,
            wire.STATE: here,
        }
    )


def _line_was_read(_):
    if not _here.silent:
        _send({wire.WHAT: wire.READ, wire.SEQUENCE: _here.sequence})


def _interactive(_):
    """The interpreter is about to become interactive: have its prompts say so.

    Before each statement it turns ``sys.ps1`` and ``sys.ps2`` into strings, so the first is an
    event. The second may then be printed any number of times without one: its text carries a mark.
    """
    if not _here.silent:
        sys.ps1 = _prompt_string(">>> ", "pdbcoach.python_prompt", {None: ">>> "})
        sys.ps2 = _prompt_string("... ", "pdbcoach.python_continuation", _here.continuation)


def _prompt_string(text, event, result):
    """A str whose ``__str__`` raises an audit event and then gives what ``result[None]`` is.

    It is put together of C functions only, so that a debugger that is still stepping does not see
    it: ``sys.audit`` returns None.
    """
    told = map(sys.audit, itertools.repeat(event))
    kind = type("str", (str,), {"__str__": map(result.__getitem__, told).__next__})
    return kind(text)


def _python_prompt(_):
    if not _here.silent:
        _announce("python", ">>> ", None)


def _python_continuation(_):
    mark = wire.mark(_here.token, _here.pid, _here.sequence, continued=True).decode()
    if "readline" in sys.modules:
        mark = "\x01" + mark + "\x02"  # it takes no room in the line
    _here.continuation[None] = mark + "... "


def _program_starts(_):
    if not _here.silent:
        _send({wire.WHAT: wire.STARTED})


def _send(message):
    if _here.channel.socket is not None and not _here.channel.intact():
        # The program closed our descriptor with all others; the engine knows us by our pid.
        _here.channel.connect()
        hello = {wire.WHAT: wire.HELLO, wire.KIND: wire.KIND_PYTHON, wire.VERSION: list(sys.version_info[:3])}
        _here.channel.send(hello)
        _here.silent = _here.channel.receive_line() in ("", wire.NO_NAME)
    _here.channel.send(message)


_ADAPT = {
    "pdb": _adapt_pdb,
    "multiprocessing": _adapt_start_method,
    "multiprocessing.popen_spawn_posix": _adapt_popen,
    "multiprocessing.popen_forkserver": _adapt_popen,
}

_HANDLERS = {
    "builtins.input": _about_to_input,
    "builtins.input/result": _line_was_read,
    "import": _importing,
    "os.fork": _about_to_os_fork,
    "pdbcoach.after_fork_in_parent": _forked_in_parent,
    "pdbcoach.after_fork_in_child": _forked_in_child,
    "pdbcoach.spawned": _spawned,
    "pdbcoach.python_prompt": _python_prompt,
    "pdbcoach.python_continuation": _python_continuation,
    "cpython.run_interactivehook": _interactive,
    "cpython.run_command": _program_starts,
    "cpython.run_file": _program_starts,
    "cpython.run_module": _program_starts,
    "cpython.run_stdin": _program_starts,
}
