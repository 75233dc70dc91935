"""Whatever a process writes to the channel, in whatever pieces: it can lie only about itself."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoilt import spoilt

from pdbcoach.engine.channel import STACK_LINE, Connection
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import NONSENSE, parse_prompt, parse_state
from pdbcoach.engine.registry import Registry
from pdbcoach.engine.terminal import Terminal
from pdbcoach.errors import Span
from pdbcoach.facts import At, Breakpoints, Facts, Focus, Raises, Returns, Values
from pdbcoach.facts.table import ExpectedBreakpoint
from pdbcoach.facts.values import ExpectedValue
from pdbcoach.observation import DebuggerState, Observation, Prompt
from pdbcoach.shim import wire

SPAN = Span(Path("x.yaml"), 1, 1)
FOLDER = Folder(Path("/s"), Path("/s/work"), Path("/s/home"), Path("/s/tmp"), Path("/s/channel"))

NUMBERS = st.one_of(
    st.integers(-5, 5), st.integers(), st.sampled_from([2**31, -(2**63), 10**4000, 1e400, 1.5, True])
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\ud800", "\udcff", "\n", "\x1b]133;A", "/s/work/a.py", "x" * 5000]),
)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)

LOCATION = ["/s/work/a.py", 3, "f"]
ROW = {
    "number": 1,
    "file": "/s/work/a.py",
    "line": 3,
    "temporary": False,
    "enabled": True,
    "condition": None,
    "ignore": 0,
    "hits": 1,
}
STATE: dict[str, Any] = {
    wire.EVENT: "line",
    wire.STOP: LOCATION,
    wire.FOCUS: LOCATION,
    wire.DEPTH: 1,
    wire.FOCUS_DEPTH: 1,
    wire.RETURNING: None,
    wire.RAISED: ["ValueError", "no"],
    wire.BREAKPOINTS: [ROW],
    wire.DISPLAYS: ["x"],
    wire.ALIASES: {"a": "b"},
    wire.LOCALS: {"x": "1"},
    wire.GLOBALS: {},
}
PROMPT: dict[str, Any] = {
    wire.WHAT: wire.PROMPT,
    wire.SEQUENCE: 1,
    wire.KIND: "pdb",
    wire.TEXT: "(Pdb) ",
    wire.MARKED: False,
    wire.SHOWN: False,
    wire.CLIENT: False,
    wire.STATE: STATE,
}
KINDS = st.sampled_from(
    [wire.KIND_PYTHON, wire.KIND_SPAWN, wire.KIND_FORK, wire.KIND_SERVER, wire.KIND_SERVED]
)


# --- bytes in pieces -----------------------------------------------------------------------------

LINES = st.one_of(
    st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
    PLAIN.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(TEXTS, PLAIN, max_size=3).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"", b"{", b"{" * 5000, b'{"a":' * 5000, b"[" * 5000, b"{}", b'  File "a", line 1 in f']
    ),
)


@contextlib.contextmanager
def connected() -> Iterator[tuple[socket.socket, Connection]]:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    try:
        yield theirs, connection
    finally:
        theirs.close()
        connection.close()


def heard(connection: Connection) -> list[dict[str, Any]]:
    return [] if connection.closed else list(connection.messages())


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, max_size=6), cuts=st.lists(st.integers(1, 4000), max_size=8))
def test_messages_do_not_depend_on_how_bytes_are_cut(lines: list[bytes], cuts: list[int]) -> None:
    data = b"".join(line + b"\n" for line in lines)
    with connected() as (theirs, connection):
        theirs.sendall(data)
        at_once = heard(connection)
        while not connection.closed and (more := heard(connection)):
            at_once += more
        closed = connection.closed
    with connected() as (theirs, connection):
        in_pieces: list[dict[str, Any]] = []
        rest = data
        while rest:
            size = cuts.pop() if cuts else len(rest)
            try:
                theirs.sendall(rest[:size])
            except BrokenPipeError:
                assert connection.closed
                break
            rest = rest[size:]
            in_pieces += heard(connection)
        while not connection.closed and (more := heard(connection)):
            in_pieces += more
        assert (connection.closed, in_pieces) == (closed, at_once)
    for message in at_once:
        assert isinstance(message, dict)
        assert message.get(wire.WHAT) != STACK_LINE or isinstance(message[wire.TEXT], str)


def test_an_endless_line_closes_the_connection() -> None:
    with connected() as (theirs, connection):
        sent = 0
        while not connection.closed:
            sent += theirs.send(b"x" * 4096)
            assert heard(connection) == []
        assert sent == wire.LONGEST + 4096


def test_unclaimed_descriptors_are_closed() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with connected() as (theirs, connection), open(os.devnull) as null:
        for _ in range(50):
            socket.send_fds(theirs, [b"{}\n"], [null.fileno()] * 5)
            heard(connection)
        assert len(os.listdir("/proc/self/fd")) <= before + 4
        claimed = connection.claim_descriptor()
        assert claimed is not None
        os.close(claimed)
        assert connection.claim_descriptor() is None
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_process_that_inherits_a_connection_cannot_send_on_it() -> None:
    with connected() as (theirs, connection):
        theirs.sendall(b'{"a": 1}\n')
        assert heard(connection) == [{"a": 1}]
        pid = os.fork()
        if pid == 0:
            theirs.sendall(b'{"a": 2}\n')
            os._exit(0)
        os.waitpid(pid, 0)
        assert heard(connection) == []
        assert connection.closed


# --- messages ------------------------------------------------------------------------------------

EXPECTED = Facts(
    (
        At(SPAN, file="a.py", line=3, function="f", event="line", depth=1),
        Focus(SPAN, line=3),
        Returns(SPAN, "1"),
        Raises(SPAN, "ValueError"),
        Values(SPAN, (ExpectedValue("x", "1", SPAN),)),
        Breakpoints(SPAN, (ExpectedBreakpoint(SPAN, 3, hits=1), ExpectedBreakpoint(SPAN, 4))),
    )
)


@settings(max_examples=300, deadline=None)
@given(message=spoilt(STATE, PLAIN))
def test_any_message_gives_a_state_or_is_nonsense(message: Any) -> None:
    try:
        state = parse_state(json.loads(json.dumps(message)), FOLDER)
    except NONSENSE:
        return
    assert state is None or isinstance(state, DebuggerState)
    seen = Observation("main", "prompt", "", prompt=Prompt("pdb", "(Pdb) "), state=state)
    for mismatch in EXPECTED.judge(seen, "a.py"):
        assert isinstance(mismatch.actual, str)


def test_the_unspoilt_state_is_read() -> None:
    state = parse_state(STATE, FOLDER)
    assert state is not None
    assert (str(state.stop), state.breakpoints[0].file) == ("a.py:3 f", "a.py")


@settings(max_examples=150, deadline=None)
@given(message=spoilt(PROMPT, PLAIN))
def test_any_message_gives_a_prompt_or_is_nonsense(message: Any) -> None:
    master, slave = pty.openpty()
    terminal = Terminal(master, piece=4096)
    try:
        os.write(slave, b"(Pdb) ")
        announced = parse_prompt(json.loads(json.dumps(message)), 7, "token", FOLDER)
        terminal.read(4096)
        announced.cut_from(terminal)
        assert isinstance(announced.prompt.text, str)
    except NONSENSE:
        pass
    finally:
        os.close(master)
        os.close(slave)


# --- a liar among others -------------------------------------------------------------------------


@dataclass
class Liar:
    """A process that sends what it is told to send."""

    pid: int
    orders: socket.socket

    def say(self, channel: Path, messages: list[Any], descriptor: str) -> None:
        """Connect, send each message with such a descriptor, and keep the connection until ``hush``."""
        self.orders.send(json.dumps([str(channel), messages, descriptor]).encode())
        assert self.orders.recv(1) == b"."

    def hush(self) -> None:
        self.orders.send(b"hush")
        assert self.orders.recv(1) == b"."


def lie(orders: socket.socket) -> None:
    held: list[Any] = []
    while order := orders.recv(1 << 20):
        if order == b"hush":
            for one in held:
                one.close()
            held.clear()
        else:
            channel, messages, descriptor = json.loads(order)
            speaker = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            speaker.settimeout(1)
            speaker.connect(channel)
            held.append(speaker)
            for message in messages:
                line = json.dumps(message).encode() + b"\n"
                master, slave = pty.openpty()
                null = os.open(os.devnull, os.O_RDWR)
                sent = {"master": [master], "slave": [slave], "null": [null], "socket": [speaker.fileno()]}
                with contextlib.suppress(OSError):
                    socket.send_fds(speaker, [line], sent.get(descriptor, []))
                for number in (master, slave, null):
                    os.close(number)
        orders.send(b".")


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            lie(theirs)
        finally:
            os._exit(0)
    theirs.close()
    yield Liar(pid, ours)
    ours.close()
    os.waitpid(pid, 0)


@pytest.fixture(scope="module")
def honest() -> Iterator[int]:
    """Another process of the session, which is alive and sends nothing."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    yield pid
    os.close(write)
    os.close(read)
    os.waitpid(pid, 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    root = tmp_path_factory.mktemp("s")
    return Folder(root, root / "work", root / "home", root / "tmp", root / "channel")


@contextlib.contextmanager
def registry_of(folder: Folder, honest: int, *said: object) -> Iterator[Registry]:
    """A session with the process ``main`` at its prompt, led by us; we then send the messages ``said``."""
    master, slave = pty.openpty()
    registry = Registry(folder, "token", Limits(), 4096)
    try:
        registry.expect_leader(os.getpid(), "main", Terminal(master, piece=4096))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as leader:
            leader.connect(str(folder.socket))
            for message in ({"what": "leader", "pid": honest}, *said):
                leader.sendall(json.dumps(message).encode() + b"\n")
            take_in(registry)
            yield registry
    finally:
        registry.close()
        os.close(master)
        os.close(slave)
        folder.socket.unlink()


def take_in(registry: Registry) -> None:
    """Take in everything that has arrived, as the session does."""
    for _ in range(4):
        registry.take_in({number for number, _ in registry.watched()})


def hello(**fields: Any) -> dict[str, Any]:
    return {wire.WHAT: wire.HELLO, **fields}


@st.composite
def lies(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Messages of the shim, with pids of the session for PARENT and PID, some of them spoilt."""
    pids = st.sampled_from(["honest", "liar", 1, 0, -1, 2**22])
    indices = st.one_of(st.integers(1, 3), NUMBERS)
    message = st.one_of(
        st.builds(hello, kind=KINDS, parent=pids, index=indices),
        st.builds(lambda p, i: {wire.WHAT: wire.SPAWNED, wire.PID: p, wire.INDEX: i}, pids, indices),
        st.builds(lambda n: {wire.WHAT: wire.READ, wire.SEQUENCE: n}, NUMBERS),
        st.builds(lambda p: {wire.WHAT: "exited", wire.PID: p, "status": 9}, pids),
        st.builds(lambda p: {wire.WHAT: "leader", wire.PID: p}, pids),
        st.sampled_from([{wire.WHAT: wire.STARTED}, {wire.WHAT: "alone"}, PROMPT]),
        st.just({wire.WHAT: wire.REMOTE, wire.STATE: STATE}),
        spoilt(PROMPT, PLAIN),
        PLAIN,
    )
    return draw(st.lists(message, min_size=1, max_size=6))


@settings(max_examples=80, deadline=None)
@given(messages=lies(), descriptor=st.sampled_from(["none", "master", "slave", "null", "socket"]))
def test_a_liar_can_only_lie_about_itself(
    folder: Folder, liar: Liar, honest: int, messages: list[Any], descriptor: str
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    named = {"honest": honest, "liar": liar.pid}
    said = json.loads(json.dumps(messages))
    for message in said:
        for key in (wire.PARENT, wire.PID):
            if isinstance(message, dict) and isinstance(message.get(key), str):
                message[key] = named.get(message[key], 0)
    with registry_of(folder, honest) as registry:
        main = registry.named["main"]
        liar.say(folder.socket, said, descriptor)
        take_in(registry)
        liar.hush()
        take_in(registry)
        assert (main.ended, main.exit, main.announced, main.line_read) == (False, None, None, 0)
        # Neither process is the other's child, and no message can make it one.
        assert set(registry.named) <= {"main", "main.python1"}
    assert len(os.listdir("/proc/self/fd")) == before


@settings(max_examples=80, deadline=None)
@given(
    messages=st.lists(
        st.one_of(
            st.builds(
                lambda p, status: {wire.WHAT: wire.EXITED, wire.PID: p, wire.STATUS: status},
                st.one_of(st.just("honest"), NUMBERS, PLAIN),
                st.one_of(NUMBERS, PLAIN),
            ),
            st.builds(lambda p: {wire.WHAT: wire.LEADER, wire.PID: p}, st.one_of(NUMBERS, PLAIN)),
            st.builds(lambda b: {wire.WHAT: wire.EXCEEDED, wire.BOUND: b}, st.one_of(PLAIN, st.just("disk"))),
            st.sampled_from([{wire.WHAT: wire.ALONE}, {wire.WHAT: wire.LEADER}, {wire.WHAT: wire.EXITED}]),
        ),
        max_size=4,
    )
)
def test_a_hijacked_leader_can_only_lie_about_its_own_program(
    folder: Folder, honest: int, messages: list[Any]
) -> None:
    for message in messages:
        if message.get(wire.PID) == "honest":
            message[wire.PID] = honest
    with registry_of(folder, honest, *messages) as registry:
        take_in(registry)
        assert len(registry.processes) == 1


def test_a_real_child_is_named_only_once(folder: Folder, liar: Liar) -> None:
    """From a real child of ``main`` the same hello gives a name; a second hello is refused."""
    with registry_of(folder, os.getpid()) as registry:
        birth = hello(kind=wire.KIND_FORK, parent=os.getpid(), index=2)
        liar.say(folder.socket, [birth], "master")
        take_in(registry)
        liar.say(folder.socket, [{**birth, wire.INDEX: 3}], "master")
        take_in(registry)
        assert list(registry.named) == ["main", "main.2"]
        liar.hush()
