from __future__ import annotations

import pytest
from scenario.author import Author

from pdbcoach.scenario.model import Mark, Send

MARKS = """\
files: [tally.py, stock.py]
marks:
  call: total = add_ticks(ticks)
  init: {file: stock.py, text: self.level = level}
"""


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("b @call", "b 15"),
        ("tbreak @call, total > 1", "tbreak 15, total > 1"),
        ("b stock.py:@init", "b stock.py:10"),
        ("l @call,@init", "l 15,10"),
        ("@call", "15"),
        ("p (@call)", "p (15)"),
        ("p a @ b", "p a @ b"),
        ("p a@call", "p a@call"),
        ("p 'me@example.org'", "p 'me@example.org'"),
        ("!@decorator", "!@decorator"),
        ("p @@call", "p @call"),
        ("p a @@call", "p a @call"),
        ("p x@@y", "p x@y"),
    ],
)
def test_a_mark_is_replaced_where_a_line_number_can_be(author: Author, line: str, sent: str) -> None:
    assert author.step(f'send: "{line}"', MARKS).action == Send(sent)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("b @cal", "there is no mark `cal`; did you mean `call`?"),
        ("b stock.py:@ini", "there is no mark `ini`; did you mean `init`?"),
        ("p a @xyz", "there is no mark `xyz`; write `@@xyz` if it is no mark"),
    ],
)
def test_an_unknown_mark_in_a_line_is_a_problem(author: Author, line: str, message: str) -> None:
    assert author.step_problem(f"send: {line}", MARKS).message == message


def test_marks_are_found_in_the_script_or_in_the_file_they_name(author: Author) -> None:
    assert author.load(MARKS).marks == {
        "call": Mark("call", "tally.py", 15),
        "init": Mark("init", "stock.py", 10),
    }


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (
            "return total",
            "`return total` is not unique: it is on lines 9 and 11 of tally.py; write more of the line",
        ),
        ("ticks = None!", "`ticks = None!` is not found in tally.py; did you mean `ticks = None`?"),
        ("zzzzzz", "`zzzzzz` is not found in tally.py"),
        ("''", "a mark needs some text of its line"),
        (
            "{file: stok.py, text: Box}",
            "`stok.py` is not one of the files in the work folder; did you mean `stock.py`?",
        ),
        ('"a\\nb"', "must be a single line without tabs"),
    ],
)
def test_a_mark_without_a_unique_line_is_a_problem(author: Author, mark: str, message: str) -> None:
    problem = author.problem(f"files: [tally.py, stock.py]\nmarks:\n  m: {mark}\n")
    assert problem.message == message
    assert problem.span.line == 6


def test_a_broken_mark_is_reported_only_where_it_is_defined(author: Author) -> None:
    problem = author.step_problem("send: b @m\nat: m", "marks: {m: nothing like it}\n")
    assert problem.span.line == 4


def test_prose_replaces_only_known_marks(author: Author) -> None:
    step = author.step(
        "send: n\nsay: line @call\nask: '@call, (@init) @nobody'\nwhy: me@call.org\nhints: ['at @call']\n"
        "predict: {ask: 'after @call?', answer: '@init', choices: ['@init', '16']}\n"
        "wrong: [{when: {line: 3}, say: 'before @@call'}]",
        MARKS,
    )
    prose = step.prose
    assert (prose.say, prose.ask, prose.hints) == ("line 15", "15, (10) @nobody", ("at 15",))
    assert prose.predict is not None
    assert (prose.predict.ask, prose.predict.answer, prose.predict.choices) == (
        "after 15?",
        "10",
        ("10", "16"),
    )
    assert prose.wrong[0].say == "before @call"


def test_two_at_signs_in_prose_always_become_one(author: Author) -> None:
    assert author.step("send: n\nsay: under `@@logged`", MARKS).prose.say == "under `@logged`"


def test_prose_without_spaces_can_contain_marks(author: Author) -> None:
    assert author.step("send: n\nsay: 到第@call行，即@@call", MARKS).prose.say == "到第15行，即@call"


def test_intro_and_outro_can_contain_marks(author: Author) -> None:
    scenario = author.load(MARKS + "intro: see @call\noutro: |\n  saw @call\n")
    assert (scenario.intro, scenario.outro) == ("see 15", "saw 15")


def test_a_mark_without_a_script_needs_a_file(author: Author) -> None:
    (problem,) = author.problems(
        "format: 1\nid: demo\nrun: python -i\nmarks: {m: total = 0}\nsteps:\n  - send: x\n"
    )
    assert "`run` names no script" in problem.message


def test_a_program_in_another_encoding_can_be_marked(author: Author) -> None:
    (author.folder / "tally.py").write_bytes(b"# caf\xe9\r\n\x0cx = 1\r\ny = 2\r\n")
    assert author.load("marks: {m: y = 2}\n").marks["m"].line == 3


def test_an_email_address_in_prose_is_not_a_mark(author: Author) -> None:
    assert author.step("send: n\nwhy: write to me@call", MARKS).prose.why == "write to me@call"


def test_an_unreadable_command_line_causes_no_problem_with_marks(author: Author) -> None:
    (problem,) = author.problems(
        "format: 1\nid: demo\nrun: python -I tally.py\nmarks: {m: total = 0}\nsteps:\n  - send: b @m\n"
    )
    assert problem.span.line == 3


def test_a_script_that_is_missing_is_reported_once(author: Author) -> None:
    (problem,) = author.problems(
        "format: 1\nid: demo\nrun: python nothing.py\nmarks: {m: total = 0}\nsteps:\n  - send: b @m\n"
    )
    assert problem.span.line == 3
