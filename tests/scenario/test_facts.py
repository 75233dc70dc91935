from __future__ import annotations

import pytest
from scenario.author import Author

from pdbcoach.facts import At, Breakpoints, Ends, Focus, Processes, Raises, Returns, Values
from pdbcoach.facts.status import Exited, Gone, Killed, Running, Stopped, Zombie

TOP = (
    "files: [tally.py, stock.py]\nbackground: python stock.py\nalias: {worker: main.1}\n"
    "marks: {call: total = add_ticks(ticks), init: {file: stock.py, text: self.level = level}}\n"
)


@pytest.mark.parametrize(
    ("at", "file", "line"),
    [
        ("call", "tally.py", 15),
        ('"@call"', "tally.py", 15),
        ("init", "stock.py", 10),
        ('{line: "@init"}', "stock.py", 10),
        ("{line: init}", "stock.py", 10),
        ('{file: stock.py, line: "@init"}', "stock.py", 10),
        ("{file: stock.py, line: 3}", "stock.py", 3),
        ("{line: '3'}", None, 3),
        ("{file: stock.py}", "stock.py", None),
    ],
)
@pytest.mark.parametrize("key", ["at", "focus"])
def test_a_place_is_a_mark_or_a_line(
    author: Author, key: str, at: str, file: str | None, line: int | None
) -> None:
    facts = author.step(f"send: n\n{key}: {at}", TOP).facts
    place = facts.of(At) if key == "at" else facts.of(Focus)
    assert place is not None
    assert (place.file, place.line) == (file, line)


def test_a_place_has_function_event_depth_and_process(author: Author) -> None:
    place = author.step("at: {function: f, event: post-mortem, depth: 2, process: worker}", TOP).facts.of(At)
    assert place is not None
    assert (place.function, place.event, place.depth, place.process) == ("f", "post-mortem", 2, "main.1")


@pytest.mark.parametrize(
    ("place", "cause"),
    [
        ("at: cal", "there is no mark `cal`; did you mean `call`?"),
        ("at: zzz", "name the line under `marks`"),
        ("at: 15", "write {line: 15}"),
        ("at: {}", "the place is empty"),
        ("at: {line: 0}", "`0` is not a line number or `@mark`"),
        ("at: {line: x y}", "`x y` is not a line number or `@mark`"),
        ("at: {file: tally.py, line: init}", "the mark `init` is in stock.py, not in tally.py"),
        ("at: {event: calls}", "did you mean `call`?"),
        ("at: {depth: 0}", "from 1 to"),
        ("at: {lin: 3}", "did you mean `line`?"),
        ("at: [call]", "expected text or a mapping, found a list"),
        ("at: {process: wroker}", "did you mean `worker`?"),
        ("raises: json.JSONDecodeError", "without its module"),
    ],
)
def test_a_wrong_place_is_a_problem(author: Author, place: str, cause: str) -> None:
    assert cause in author.step_problem(f"send: n\n{place}", TOP).message


def test_returns_raises_and_values_are_text(author: Author) -> None:
    facts = author.step(
        "send: n\nreturns: 6\nraises: ValueError\nvalues: {total: 0x10, b: undefined, c: 'None'}"
    ).facts
    returns, raises, values = facts.of(Returns), facts.of(Raises), facts.of(Values)
    assert returns is not None
    assert raises is not None
    assert values is not None
    assert (returns.text, raises.text) == ("6", "ValueError")
    assert {row.name: row.text for row in values.rows} == {"total": "0x10", "b": "undefined", "c": "None"}


@pytest.mark.parametrize("expression", ["len(x)", "a.b", "'x[0]'", "class", "a b"])
def test_a_value_needs_a_plain_name(author: Author, expression: str) -> None:
    problem = author.step_problem(f"send: n\nvalues: {{ {expression}: 1}}")
    assert "is not a plain name" in problem.message
    assert f"send: p {expression.strip(chr(39))}" in problem.message


def test_a_value_written_as_a_yaml_list_needs_quotes(author: Author) -> None:
    assert "put it in quotes" in author.step_problem("send: n\nvalues: {x: [1]}").message


@pytest.mark.parametrize(
    ("row", "file", "line"),
    [
        ("15", None, 15),
        ('"15"', None, 15),
        ('"@call"', "tally.py", 15),
        ('"@init"', "stock.py", 10),
        ('"stock.py:13"', "stock.py", 13),
        ('"stock.py:@init"', "stock.py", 10),
        ('{at: "stock.py:3"}', "stock.py", 3),
    ],
)
def test_a_breakpoint_is_a_line_or_a_mark(author: Author, row: str, file: str | None, line: int) -> None:
    table = author.step(f"send: b\nbreakpoints: [{row}]", TOP).facts.of(Breakpoints)
    assert table is not None
    assert [(one.file, one.line) for one in table.rows] == [(file, line)]


def test_a_breakpoint_has_details(author: Author) -> None:
    table = author.step(
        "send: b\nbreakpoints:\n"
        "  - {at: 3, temporary: true, enabled: false, condition: i > 3, ignore: 2, hits: 1}"
    ).facts.of(Breakpoints)
    assert table is not None
    (row,) = table.rows
    assert (row.temporary, row.enabled, row.condition, row.ignore, row.hits) == (True, False, "i > 3", 2, 1)


def test_an_empty_list_asserts_an_empty_table(author: Author) -> None:
    table = author.step("send: b\nbreakpoints: []").facts.of(Breakpoints)
    assert table is not None
    assert table.rows == ()


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ("[call]", "write `15`, `@mark`"),
        ('["0"]', "write `15`, `@mark`"),
        ('["@cal"]', "did you mean `call`?"),
        ('["tally.py:@init"]', "the mark `init` is in stock.py, not in tally.py"),
        ("[{temporary: true}]", "needs `at`"),
        ("[{at: 3, enabled: yes}]", "expected `true` or `false`, found `yes`"),
        ("[{at: 3, hits: -1}]", "from 0 to"),
        ("[[3]]", "expected text or a mapping, found a list"),
        ("15", "expected a list, found text"),
        ("", "expected a list, found nothing"),
    ],
)
def test_a_wrong_breakpoint_is_a_problem(author: Author, rows: str, cause: str) -> None:
    assert cause in author.step_problem(f"send: b\nbreakpoints: {rows}", TOP).message


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("stopped", Stopped()),
        ("running", Running()),
        ("zombie", Zombie()),
        ("gone", Gone()),
        ("exit 0", Exited(0)),
        ("exit 255", Exited(255)),
        ("killed SIGTERM", Killed("SIGTERM")),
    ],
)
def test_every_status_is_read(author: Author, text: str, status: object) -> None:
    processes = author.step(f"send: n\nprocesses: {{main.1: {text}}}").facts.of(Processes)
    assert processes is not None
    assert [(row.name, row.status) for row in processes.rows] == [("main.1", status)]


@pytest.mark.parametrize(
    "name", ["main", "main.1", "main.1.12", "main.python1", "background", "background.1"]
)
def test_the_engines_names_of_processes_are_known(author: Author, name: str) -> None:
    step = author.step(f"send: n\nprocess: {name}\nends: {{{name}: gone}}", TOP)
    assert step.process == name
    ends = step.facts.of(Ends)
    assert ends is not None
    assert ends.names == (name,)


def test_an_alias_means_the_engines_name(author: Author) -> None:
    step = author.step("send: n\nprocess: worker\nprocesses: {worker: stopped}", TOP)
    processes = step.facts.of(Processes)
    assert processes is not None
    assert (step.process, processes.names) == ("main.1", ("main.1",))


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("main: exit", "such as `exit 0`"),
        ("main: exit 256", "from 0 to 255"),
        ("main: exit -1", "from 0 to 255"),
        ("main: killed", "such as `killed SIGTERM`"),
        ("main: killed 15", "write `killed SIGTERM`"),
        ("main: killed term", "write `killed SIGTERM`"),
        ("main: killed SIGTREM", "did you mean `SIGTERM`?"),
        ("main: stoped", "did you mean `stopped`?"),
        ("main: 0", "`0` is no status"),
        ("main: ''", "is no status"),
        ("main.0: gone", "is not the name of a process"),
        ("man: gone", "did you mean `main`?"),
        ("child: gone", "or a name from `alias`"),
        ("worker: gone, main.1: gone", "`main.1` is `main.1`, which is already named here"),
        ("", "the mapping is empty"),
    ],
)
def test_a_wrong_status_or_process_is_a_problem(author: Author, text: str, cause: str) -> None:
    assert cause in author.step_problem(f"send: n\nprocesses: {{{text}}}", TOP).message


def test_background_is_a_process_only_if_the_scenario_has_one(author: Author) -> None:
    assert "has no key `background`" in author.step_problem("send: n\nprocess: background").message


@pytest.mark.parametrize(
    ("alias", "cause"),
    [
        ("{main: main.1}", "`main` is the name of a process itself"),
        ("{w: worker}", "is not the name of a process"),
        ("{'1x': main.1}", "`1x` is not a name"),
        ("{w: background}", "has no key `background`"),
    ],
)
def test_a_wrong_alias_is_a_problem(author: Author, alias: str, cause: str) -> None:
    assert cause in author.problem(f"alias: {alias}\n").message


def test_a_miss_can_describe_any_state(author: Author) -> None:
    step = author.step(
        "send: n\nwrong:\n  - {when: {at: call, values: {x: '1'}, processes: {worker: gone}}, say: a}\n"
        "  - {when: {line: 3, returns: '6'}, say: b}",
        TOP,
    )
    first, second = (wrong.when for wrong in step.prose.wrong)
    at, values, processes = first.of(At), first.of(Values), first.of(Processes)
    assert at is not None
    assert values is not None
    assert processes is not None
    assert (at.line, [row.name for row in values.rows], processes.names) == (15, ["x"], ("main.1",))
    at, returns = second.of(At), second.of(Returns)
    assert at is not None
    assert returns is not None
    assert (at.line, returns.text) == (3, "6")


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ("{when: {}, say: a}", "`when` is empty"),
        ("{when: {at: call, line: 3}, say: a}", "put it into `at`"),
        ("{when: {line: 3}}", "needs `say`"),
        ("{say: a}", "needs `when`"),
        ("{when: call, say: a}", "expected a mapping"),
        ("{when: {expect: x}, say: a}", "unknown key `expect`"),
    ],
)
def test_a_wrong_miss_is_a_problem(author: Author, wrong: str, cause: str) -> None:
    assert cause in author.step_problem(f"send: n\nwrong: [{wrong}]", TOP).message
