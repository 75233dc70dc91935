"""Help that leads nowhere, and right ways that are refused."""

from __future__ import annotations

from typing import Any

import coached as made
import pytest
from msgspec.structs import replace

from pdbcoach.scenario.model import Prose
from pdbcoach.truth.judge import Judge
from pdbcoach.truth.perturbations import Perturbation, PerturbationKind
from pdbcoach.truth.tries import AskedStep, Exchange, Heard, Help, OwnRoad, Try

HERE = made.views(made.stop(17, breakpoints=(made.row(1, 9),)))
THERE = made.views(made.stop(20))
STEP = made.step("p reports", expect="[]", at=made.place(17))
NO_HELP = Help((), "Type `p reports`.", "p reports")


def typed(line: str, output: str = "", *, said: str = "", after: Any = HERE, **more: Any) -> Exchange:
    options = {"is_done": False, "missing": frozenset[str](), "is_restart": False} | more
    heard = (Heard("remark", said),) if said else ()
    return Exchange(line, output, HERE, after, heard, **options)


def road(step: Any = STEP, output: str = "[]", why: str = "") -> OwnRoad:
    asked = AskedStep(0, step, (Heard("ask", "Print it."),), NO_HELP, HERE, made.goal(step, HERE), "main")
    own = typed(step.line.text, output, is_done=True)
    return OwnRoad(asked, replace(own, heard=(Heard("why", why),)), None)


def tried(
    kind: PerturbationKind, *exchanges: Exchange, own: OwnRoad | None = None, name: str = "a try", **more: Any
) -> Try:
    lines = tuple(one.typed for one in exchanges[:-1]) or (exchanges[0].typed,)
    options = {"help": NO_HELP, "by_itself": False, "following": None} | more
    return Try(own or road(), Perturbation(name, kind, lines), exchanges, **options)


def found(one: Try) -> list[tuple[str, str]]:
    judge = Judge()
    judge.know(one.road)
    return [(doubt.kind, doubt.rule) for doubt in judge.judge(one)]


class TestTruth:
    def test_a_false_remark_is_found_with_the_lines_before_it(self) -> None:
        one = tried("harmless", typed("w", said="You're at line 9."), typed("p reports", "[]", is_done=True))
        (doubt,) = Judge().judge(one)
        assert (doubt.kind, doubt.rule, doubt.text) == ("truth", "line", "remark")
        assert (doubt.observed, doubt.typed) == ("the stop is line 17", ("w",))

    def test_the_reason_of_a_step_is_compared_with_that_of_the_own_road(self) -> None:
        why, rows = "It has number 1.", (made.row(1, 7), made.row(2, 9))
        own = road(made.step("b 9"), why=why)
        last = typed("b 9", after=made.views(made.stop(17, breakpoints=rows)), is_done=True)
        one = tried("own", typed("b 7"), replace(last, heard=(Heard("why", why),)), own=own)
        assert ("truth", "number") in found(one)

    def test_what_a_rule_denies_on_the_own_road_is_not_judged(self) -> None:
        why = "You're at line 9."
        last = replace(typed("p reports", "[]", is_done=True), heard=(Heard("why", why),))
        assert found(tried("harmless", typed("w"), last, own=road(why=why))) == []

    def test_heard_and_read_sentences_are_counted(self) -> None:
        judge = Judge()
        said = "You're at line 17. Nobody reads this."
        list(judge.judge(tried("harmless", typed("w", said=said), typed("p reports", is_done=True))))
        assert (len(judge.heard), len(judge.read)) == (2, 1)


class TestHelp:
    ERROR = typed("p reports", "*** NameError: name 'reports' is not defined", after=THERE)

    def test_a_line_that_fails_is_found(self) -> None:
        assert found(tried("astray", typed("c"), self.ERROR)) == [("help", "error")]

    def test_no_way_back_is_found(self) -> None:
        lost = typed("p reports", "[1]", after=THERE, missing=frozenset({"at"}))
        assert found(tried("astray", typed("c"), lost)) == [("help", "astray")]

    def test_a_way_back_that_is_named_is_enough(self) -> None:
        lost = typed("p reports", "[1]", said="`:undo` takes it back.", missing=frozenset({"at"}))
        assert found(tried("astray", typed("c"), lost)) == []

    @pytest.mark.parametrize("is_done", [True, False])
    def test_a_way_back_must_lead_back(self, is_done: bool) -> None:
        back = typed("p reports", "[]", is_done=is_done)
        one = tried("astray", typed("c"), self.ERROR, help=replace(NO_HELP, undo=1), back=back)
        assert found(one) == ([] if is_done else [("help", "back")])


class TestRefused:
    def test_the_same_output_elsewhere_is_found(self) -> None:
        shown = typed("p reports", "[]", said=":undo", after=THERE, missing=frozenset({"at"}))
        assert found(tried("astray", typed("n"), shown)) == [("refused", "elsewhere")]

    def test_another_output_elsewhere_is_not(self) -> None:
        shown = typed("p reports", "[1]", said=":undo", after=THERE, missing=frozenset({"at"}))
        assert found(tried("astray", typed("n"), shown)) == []

    def test_what_another_process_shows_is_not(self) -> None:
        gone = replace(typed("p reports", "[]", said=":undo"), before=made.views(made.running()))
        assert found(tried("astray", typed("c"), gone)) == []

    def test_an_own_breakpoint_in_the_way_is_found(self) -> None:
        listed = typed("b", "Num", missing=frozenset({"breakpoints"}))
        assert found(tried("own", typed("b 20"), listed)) == [("refused", "own breakpoint")]

    def test_another_spelling_is_found(self) -> None:
        one = tried("road", typed("pp reports", "[]"), typed("p reports", "[]", is_done=True))
        assert found(one) == [("refused", "spelling")]

    def test_a_spelling_with_another_output_is_not(self) -> None:
        one = tried("road", typed("!reports", "42"), typed("p reports", "[]", is_done=True))
        assert found(one) == []

    def test_a_stop_at_another_event_is_found(self) -> None:
        step = made.step("s", at=made.place(4, function="add_ticks", event="call"))
        inside = made.views(made.stop(5, "add_ticks"))
        missing = frozenset({"at"})
        tries = (typed("b add_ticks"), typed("c", after=inside, missing=missing), typed("s", missing=missing))
        one = replace(
            tried("road", *tries, own=road(step)),
            perturbation=Perturbation("x", "road", ("b add_ticks", "c")),
        )
        assert found(one) == [("refused", "event")]

    def test_a_step_about_one_command_may_refuse_others(self) -> None:
        step = replace(STEP, prose=Prose(must_use=("p",)))
        one = tried("road", typed("pp reports", "[]"), typed("p reports", is_done=True), own=road(step))
        assert found(one) == []
