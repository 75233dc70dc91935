"""What the shim and the engine share: names of fields and variables, marks, encoding.

One message is one line of JSON. The shim writes it without the ``json`` module, which the debugged program
may not have imported.
"""

from __future__ import annotations

from _json import encode_basestring_ascii as _quoted
from _signal import SIGURG as _SIGURG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Variables of a target that a session debugs.
SOCKET = "PDBCOACH_SOCKET"
TOKEN = "PDBCOACH_TOKEN"
TERMINALS = "PDBCOACH_TERMINALS"  # "per-process" or "shared"
START_METHOD = "PDBCOACH_START_METHOD"
DEBUG = "PDBCOACH_DEBUG"
BYTECODE = "PDBCOACH_BYTECODE"  # set: the shim's own bytecode may be cached, even if the target's isn't

# Variables of a warm interpreter: the descriptors for requests, and reserved memory, see title.py.
WARM = "PDBCOACH_WARM"
ROOM = "PDBCOACH_ROOM"

# The signal for writing the Python stack to the channel, in faulthandler's format. A process that doesn't
# handle it ignores it (signal(7)).
STACK_SIGNAL = _SIGURG

# Bytes of a message. The engine closes a connection that sends a longer one.
LONGEST = 1 << 20

# Every message: its kind.
WHAT = "what"
HELLO = "hello"  # a process introduces itself and waits for the answer
PROMPT = "prompt"  # it is about to prompt
READ = "read"  # it has read a line
SPAWNED = "spawned"  # it has started a process that isn't its fork
STARTING = "starting"  # a thread of it is about to start a Python with subprocess: its so many-th
STARTED_PYTHON = "started python"  # that thread has started it, or has failed to (no pid)
TERMINAL = "terminal"  # it moves from its parent's terminal to a new one, and waits for the answer
STARTED = "started"  # its interpreter is ready and runs the program
TURN = "turn"  # a thread is about to stop, and waits on a connection of its own until it is let in
HOLDS = "holds"  # it starts its first thread, and this one already has the debugger
OVER = "over"  # a thread has left the debugger; one that steps is in it still
GONE = "gone"  # a thread that was in the debugger has ended
REMOTE = "remote"  # `python -m pdb -p`: the state of a debugger whose prompt is in another process

# Orders to a leader: keep the processes and their bytes on disk within bounds; end everything.
BOUNDS = b"bounds %d %d\n"
END = b"end\n"
KILL = b"kill\n"  # the same without SIGTERM

MOST_FILES = 20_000
MOST_THREADS = 1000

# A leader's messages.
LEADER = "leader"  # it leads the program with this pid
EXITED = "exited"  # a child has ended, with this status of waitpid(2)
ALONE = "alone"  # it has no child left
STATUS = "status"
EXCEEDED = "exceeded"  # it is ending everything, because this limit is exceeded
BOUND = "bound"
PROCESSES = "processes"
THREADS = "threads"
DISK = "disk"
FILES = "files"

# hello
KIND = "kind"
KIND_PYTHON = "python"  # an interpreter has started
KIND_SPAWN = "spawn"  # a child of multiprocessing has started its own interpreter
KIND_FORK = "fork"  # os.fork() has returned 0
KIND_SERVER = "server"  # multiprocessing's forkserver
KIND_SERVED = "served"  # a child that the forkserver forked
PARENT = "parent"
INDEX = "index"
NO_TERMINAL = "no terminal"  # why it has no terminal of its own: an errno

# the answer to hello and terminal: NO_NAME, or the name of the process
NO_NAME = "-"

# spawned, started python, leader, exited
PID = "pid"

# starting, started python, turn, holds, over, gone: the kernel's number of the thread
THREAD = "thread"
NAME = "name"
GO = "go"  # the answer to turn

# What the engine types at a thread's prompt that it leaves to another thread. pdb does nothing for it.
YIELD = "!None # pdbcoach"

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
    """Return the bytes that come just before a real prompt in the terminal.

    They are an OSC 133 "prompt starts here" with our parameters, which no terminal shows. The interpreter's
    own ``... `` isn't announced; its mark is that of its ``>>> ``, continued.
    """
    kind = b"c" if continued else b""
    return b"\x1b]133;A;pdbcoach=%s.%d.%d%s\x07" % (token.encode(), pid, sequence, kind)


def end_mark(token: str, pid: int, thread: int) -> bytes:
    """Return the bytes that come after the output of a thread that has ended."""
    return mark(token, pid, -thread)


def dumps(value: Any) -> str:
    """Return JSON of str, int, bool, None, and lists, tuples and dicts of these, without a newline."""
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
