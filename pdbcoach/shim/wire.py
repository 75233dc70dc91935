"""The words that the shim and the engine use to each other: names of fields, marks, encoding.

One message is one line of JSON. The shim writes it without the ``json`` module, which the
debugged program may not have imported and would pay for.
"""

from __future__ import annotations

from _json import encode_basestring_ascii as _quoted
from _signal import SIGRTMAX as _SIGRTMAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The environment that tells a target that it is watched.
SOCKET = "PDBCOACH_SOCKET"
TOKEN = "PDBCOACH_TOKEN"
TERMINALS = "PDBCOACH_TERMINALS"  # "per-process" or "shared"
START_METHOD = "PDBCOACH_START_METHOD"
DEBUG = "PDBCOACH_DEBUG"
BYTECODE = "PDBCOACH_BYTECODE"  # set: the shim's own modules may be cached, whatever the target does

# The environment of a warm interpreter: the descriptor on which it is asked, and room, see title.py.
WARM = "PDBCOACH_WARM"
ROOM = "PDBCOACH_ROOM"

# At this signal a target writes its Python stack to the channel, as faulthandler writes it.
STACK_SIGNAL = _SIGRTMAX - 1

# Bytes of a message; the engine closes a connection that sends a longer one.
LONGEST = 1 << 20

# Every message: what it is.
WHAT = "what"
HELLO = "hello"  # a process introduces itself and waits for the answer
PROMPT = "prompt"  # about to ask for a line
READ = "read"  # has got one
SPAWNED = "spawned"  # started a process that is not its fork
STARTED = "started"  # the interpreter is ready and turns to the program
REMOTE = "remote"  # `python -m pdb -p`: state of a debugger whose prompt is in another process

# What a leader is told: to keep its program's processes and bytes on disk within bounds; to end all.
BOUNDS = b"bounds %d %d\n"
END = b"end\n"
KILL = b"kill\n"  # the same, at once

MOST_FILES = 20_000
MOST_THREADS = 1000

# A leader's messages.
LEADER = "leader"  # leads the program of this pid
EXITED = "exited"  # a child of its has ended, with this status of waitpid(2)
ALONE = "alone"  # it has no child left
STATUS = "status"
EXCEEDED = "exceeded"  # it ends everything, because this bound does not hold
BOUND = "bound"
PROCESSES = "processes"
THREADS = "threads"
DISK = "disk"
FILES = "files"

# hello
KIND = "kind"
KIND_PYTHON = "python"  # an interpreter has started
KIND_SPAWN = "spawn"  # a multiprocessing child has started its own interpreter
KIND_FORK = "fork"  # os.fork() has returned 0
KIND_SERVER = "server"  # multiprocessing's forkserver
KIND_SERVED = "served"  # a child that the forkserver forked
PARENT = "parent"
INDEX = "index"

# the answer to hello: NO_NAME, or the name of the process
NO_NAME = "-"

# spawned, leader, exited
PID = "pid"

# prompt
SEQUENCE = "sequence"
TEXT = "text"
MARKED = "marked"
SHOWN = "shown"  # its text goes to our terminal, not elsewhere
CLIENT = "client"  # the prompt of `python -m pdb -p`, whose debugger is in another process
STATE = "state"

# state
EVENT = "event"
STOP = "stop"
FOCUS = "focus"
DEPTH = "depth"
FOCUS_DEPTH = "focus_depth"
RETURNING = "returning"
RAISED = "raised"
BREAKPOINTS = "breakpoints"
DISPLAYS = "displays"
ALIASES = "aliases"
LOCALS = "locals"
GLOBALS = "globals"


def mark(token: str, pid: int, sequence: int, continued: bool = False) -> bytes:
    """The bytes that stand in the terminal just before a real prompt.

    An OSC 133 "prompt starts here" with our parameters: invisible on any terminal. The
    interpreter's own ``... `` has no announcement; its mark is that of its ``>>> ``, continued.
    """
    kind = b"c" if continued else b""
    return b"\x1b]133;A;pdbcoach=%s.%d.%d%s\x07" % (token.encode(), pid, sequence, kind)


def dumps(value: Any) -> str:
    """JSON of str, int, bool, None, and lists, tuples and dicts of these. No newline in it."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        return "{%s}" % ",".join([_quoted(k) + ":" + dumps(v) for k, v in value.items()])
    return "[%s]" % ",".join([dumps(item) for item in value])
