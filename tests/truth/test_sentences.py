"""Each rule finds a sentence that the state denies, and lets a true one pass."""

from __future__ import annotations

import coached as made
import pytest

from pdbcoach.coach.attempt import Views
from pdbcoach.truth import sentences as module
from pdbcoach.truth.sentences import denied, sentences
from pdbcoach.truth.situation import Situation
from pdbcoach.truth.tries import Exchange

AT_5 = made.stop(5, "add_ticks", local_values={"total": "0"}, breakpoints=(made.row(2, 9),))
AT_8 = made.stop(8, "add_ticks", local_values={"total": "6"})
FIRST = made.stop(17)


def exchange(typed: str, before: Views, after: Views, output: str = "", **more: object) -> Exchange:
    options = {"is_done": False, "missing": frozenset[str](), "is_restart": False} | more
    return Exchange(typed, output, before, after, (), **options)  # type: ignore[arg-type]


def after(
    typed: str, before: object = AT_5, now: object = AT_5, output: str = "", **more: object
) -> Situation:
    then, views = (made.views(one) if not isinstance(one, dict) else one for one in (before, now))  # type: ignore[arg-type]
    return Situation("main", then, (exchange(typed, then, views, output, **more),), views)


LOOKED = after("p 1+1", output="2")
MOVED = after("n", now=AT_8)
JUMPED = after("j 8", now=AT_8)
RESTARTED = after("restart", now=FIRST, is_restart=True)
ENDED = after("c", now=FIRST, is_restart=True)
MISPLACED = after("p total", missing=frozenset({"at"}))
BARE = after("clear 2", now=made.stop(5, "add_ticks"))
TWO = after("b 7", now=made.stop(5, breakpoints=(made.row(1, 7), made.row(2, 9))))
CHILD_RUNS = after("n", now=made.views(AT_5, made.running("main.1")))
CHILD_GONE = after("n", now=made.views(AT_5, made.ended("main.1", code=1)))
CHILD_AT_5 = after("n", now=made.views(AT_5, made.stopped(AT_5, "main.1")))
CRASHED = made.stop(5, event="post-mortem")
CHILD_CRASHED = after("n", now=made.views(AT_5, made.stopped(CRASHED, "main.1")))

CASES = [
    ("You're at line 8.", LOOKED, "the stop is line 5", MOVED),
    ("The arrow is at line 8 now.", LOOKED, "the stop is line 5", MOVED),
    ("The program hasn't moved.", MOVED, "the step began at line 5; this is line 8, event `line`", LOOKED),
    ("You've moved.", LOOKED, "it is where the step began, line 5", MOVED),
    ("You're in the right place.", MISPLACED, "`at` of the step doesn't hold", LOOKED),
    ("The call of `report` is over.", RESTARTED, "the program has started again", MOVED),
    ("Line 5 has run.", JUMPED, "it was jumped over", MOVED),
    ("That was one line.", JUMPED, "a jump runs no line", MOVED),
    ("The program ran to its end.", RESTARTED, "`restart` started it again", ENDED),
    ("The program ran to its end.", LOOKED, "it hasn't ended in this step", ENDED),
    ("`main.1` has ended.", CHILD_RUNS, "`main.1` is running", CHILD_GONE),
    ("`main.1` has crashed.", CHILD_AT_5, "nothing was raised there", CHILD_CRASHED),
    ("The child has crashed.", CHILD_AT_5, "no child has", CHILD_CRASHED),
    ("There's no breakpoint yet.", LOOKED, "number 2 on line 9", BARE),
    ("There's still only one breakpoint.", TWO, "number 1 on line 7, number 2 on line 9", LOOKED),
    ("Both breakpoints are there.", LOOKED, "number 2 on line 9", TWO),
    ("The breakpoint is still there.", BARE, "there is no breakpoint", LOOKED),
    ("`total` is 6.", LOOKED, "`total` is 0", MOVED),
    (
        "The name `total` doesn't exist.",
        LOOKED,
        "`total` is 0",
        RESTARTED,
    ),
    ("That printed the value.", LOOKED, "only `p 1+1` was typed", after("p total", output="0")),
]


@pytest.mark.parametrize(("sentence", "false", "observed", "true"), CASES, ids=[case[0] for case in CASES])
class TestRule:
    def test_a_false_sentence_is_found(
        self, sentence: str, false: Situation, observed: str, true: Situation
    ) -> None:
        found = [one for one in denied(sentence, false) if one is not None]
        assert len(found) == 1
        assert observed in found[0].observed

    def test_a_true_sentence_is_read_and_let_pass(
        self, sentence: str, false: Situation, observed: str, true: Situation
    ) -> None:
        assert set(denied(sentence, true)) == {None}


def test_every_rule_has_a_case() -> None:
    texts = [case[0] for case in CASES]
    assert [rule for rule in module._RULES if not any(rule.pattern.search(text) for text in texts)] == []


@pytest.mark.parametrize("sentence", ["Is `total` 6?", "You're at line 9?", "Print `total`.", "Let it run."])
def test_a_question_or_a_task_is_not_judged(sentence: str) -> None:
    assert not [one for one in denied(sentence, LOOKED) if one is not None]


def test_what_runs_after_a_jump_has_run() -> None:
    jump = exchange("j 8", made.views(AT_5), made.views(AT_8))
    step = exchange("n", made.views(AT_8), made.views(made.stop(9, "add_ticks")))
    now = Situation("main", made.views(AT_5), (jump, step), step.after)
    assert set(denied("Line 8 has run.", now)) == {None}


def test_a_text_is_cut_into_sentences() -> None:
    assert sentences("It ran. Now\nlook: `p a.b` shows it.") == ["It ran.", "Now look:", "`p a.b` shows it."]
