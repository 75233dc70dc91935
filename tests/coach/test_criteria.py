from __future__ import annotations

import pytest
from coached import place, row, running, statuses, step, stop, stopped, table, views
from fabricated import span

from pdbcoach.coach.attempt import observation
from pdbcoach.coach.criteria import criteria_of
from pdbcoach.facts import (
    AnyCriterion,
    At,
    Breakpoints,
    Ends,
    Focus,
    Processes,
    Raises,
    Returns,
    Values,
)
from pdbcoach.facts.implied import Aliased, AtPrompt, Displayed, GlobalValue
from pdbcoach.facts.status import Gone, Running
from pdbcoach.facts.table import ExpectedBreakpoint
from pdbcoach.observation import DebuggerState
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Step

HERE = stop(17)


def meets(criterion: AnyCriterion, state: DebuggerState, *optional: int, strict: bool = False) -> bool:
    return criterion.met(observation("main", views(state)), "tally.py", frozenset(optional), strict=strict)


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        pytest.param(step("n"), [], id="nothing"),
        pytest.param(
            step(
                "n",
                at=place(5),
                focus=place(6),
                returns="6",
                raises="ValueError",
                values={"x": "1", "y": "2"},
                breakpoints=table(),
            ),
            [At, Focus, Returns, Raises, Values, Values, Breakpoints],
            id="each-fact",
        ),
        pytest.param(
            step("q", processes=statuses(main_1=Running()), ends=statuses(main=Gone())),
            [Processes, Ends],
            id="processes",
        ),
        pytest.param(
            step("global x; x = 1", values={"x": "1", "y": "2"}), [GlobalValue, Values], id="global"
        ),
        pytest.param(step("display x + 1"), [Displayed], id="display"),
        pytest.param(step("undisplay x"), [Displayed], id="undisplay"),
        pytest.param(step("display"), [], id="display-lists"),
        pytest.param(step("alias pi p 3"), [Aliased], id="alias"),
        pytest.param(step("alias pi"), [], id="alias-shows"),
        pytest.param(step("unalias pi"), [Aliased], id="unalias"),
        pytest.param(step("display x", prompt="interact"), [], id="not-a-command-in-a-shell"),
        pytest.param(step(Key("ctrl-c"), at=place(5)), [At], id="key"),
    ],
)
def test_what_a_step_asks_for(asked: Step, kinds: list[type[AnyCriterion]]) -> None:
    assert [type(one) for one in criteria_of(asked, None)] == kinds


@pytest.mark.parametrize(
    ("prompt", "leads_to", "is_one"),
    [
        (None, "pdb", False),
        (None, "interact", True),
        ("interact", "pdb", True),
        ("interact", "interact", False),
        (None, None, False),
    ],
)
def test_a_change_of_prompt_is_asked_for(
    prompt: PromptKind | None, leads_to: PromptKind | None, is_one: bool
) -> None:
    assert any(isinstance(one, AtPrompt) for one in criteria_of(step("x", prompt=prompt), leads_to)) is is_one


@pytest.mark.parametrize(
    ("criterion", "met", "unmet"),
    [
        pytest.param(
            Displayed("x", True), stop(17, displays=("x",)), stop(17, displays=("y",)), id="display"
        ),
        pytest.param(Displayed("x", False), stop(17), stop(17, displays=("x",)), id="undisplay"),
        pytest.param(
            Aliased("pi", "p  3"),
            stop(17, aliases={"pi": "p 3"}),
            stop(17, aliases={"pi": "p 4"}),
            id="alias",
        ),
        pytest.param(Aliased("pi", ""), stop(17), stop(17, aliases={"pi": "p 3"}), id="unalias"),
        pytest.param(
            criteria_of(step("n", at=place(5, function="add_ticks")), None)[0],
            stop(5, "add_ticks"),
            stop(5, "report"),
            id="fact",
        ),
    ],
)
def test_a_criterion_is_met_or_not(criterion: AnyCriterion, met: DebuggerState, unmet: DebuggerState) -> None:
    assert meets(criterion, met)
    assert not meets(criterion, unmet)


@pytest.mark.parametrize(
    "criterion",
    [table(), Displayed("x", False), Aliased("x", ""), AtPrompt("pdb")],
    ids=["breakpoints", "displays", "aliases", "prompt"],
)
def test_nothing_is_met_where_there_is_no_debugger(criterion: AnyCriterion) -> None:
    assert not criterion.met(observation("main", views(running())), "tally.py")


def test_a_prompt_is_met_by_its_kind() -> None:
    seen = observation("main", views(stopped(None, prompt="interact")))
    assert AtPrompt("interact").met(seen, "tally.py")
    assert not AtPrompt("pdb").met(seen, "tally.py")


WANTED = table(ExpectedBreakpoint(span(), 5, condition="x==1", hits=3))


@pytest.mark.parametrize(
    ("state", "met"),
    [
        pytest.param(stop(17, breakpoints=(row(1, 5, "x == 1"),)), True, id="other-spelling-and-hits"),
        pytest.param(stop(17, breakpoints=(row(7, 5, "x==1", hits=9),)), True, id="other-number"),
        pytest.param(stop(17, breakpoints=(row(1, 5, "x == 2"),)), False, id="other-condition"),
        pytest.param(stop(17, breakpoints=(row(1, 6, "x == 1"),)), False, id="other-line"),
        pytest.param(stop(17), False, id="missing"),
        pytest.param(stop(17, breakpoints=(row(1, 5, "x == 1"), row(2, 7))), False, id="one-too-many"),
    ],
)
def test_breakpoints_are_compared_by_what_they_are(state: DebuggerState, met: bool) -> None:
    assert meets(WANTED, state) is met


@pytest.mark.parametrize(
    ("rows", "optional", "strict", "met"),
    [
        pytest.param((row(1, 5, "x==1"), row(2, 7)), (2,), False, True, id="extra"),
        pytest.param((row(1, 5, "x==1"), row(2, 7)), (2,), True, True, id="extra-is-not-there-at-all"),
        pytest.param((row(1, 5, "x==1"), row(2, 7)), (1,), False, False, id="another-extra"),
        pytest.param((row(2, 5, "x==1"),), (2,), False, True, id="is-the-one"),
        pytest.param((row(2, 5, "x==1"),), (2,), True, False, id="strictly-it-is-not"),
    ],
)
def test_optional_breakpoints_may_be_there_or_not(
    rows: tuple[object, ...], optional: tuple[int, ...], strict: bool, met: bool
) -> None:
    assert meets(WANTED, stop(17, breakpoints=rows), *optional, strict=strict) is met


def test_what_differs_of_a_table() -> None:
    missing, extra = WANTED.differs([row(1, 6), row(2, 5, "x  ==  1")], "tally.py")
    assert missing == ()
    assert [one.number for one in extra] == [1]


@pytest.mark.parametrize("line", ["global x; x = 1", "!global x; x = 1", "! global x, y; x = 1"])
def test_what_is_declared_global_is_no_shadow(line: str) -> None:
    (criterion,) = criteria_of(step(line, values={"x": "1"}), None)
    assert criterion == GlobalValue("x", "1")
    assert meets(criterion, stop(17, global_values={"x": "1"}, local_values={"x": "5"}))
    assert not meets(criterion, stop(17, global_values={"x": "5"}, local_values={"x": "1"}))
    assert not meets(criterion, stop(17, local_values={"x": "1"}))


def test_a_global_that_shall_be_gone() -> None:
    (criterion,) = criteria_of(step("global x; del x", values={"x": "undefined"}), None)
    assert meets(criterion, stop(17, local_values={"x": "1"}))
    assert not meets(criterion, stop(17, global_values={"x": "1"}))
