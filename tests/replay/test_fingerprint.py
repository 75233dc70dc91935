from __future__ import annotations

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.replay.fingerprint import first_difference, same_text, stable_text
from pdbcoach.replay.result import ScenarioResult, TranscriptEntry

PIDS, OTHER_PIDS = {"100": "main", "101": "main.1"}, {"200": "main", "201": "main.1"}


def replayed(*transcript: TranscriptEntry, pid: int = 100) -> ScenarioResult:
    """A replay of two steps whose only process has this pid."""
    result = made.result([(made.step(), ()), (made.step("p x"), ())], transcript=transcript)
    seen = made.observation("", made.at_prompt(pid=pid))
    return replace(result, steps=tuple(replace(one, observation=seen) for one in result.steps))


@pytest.mark.parametrize(
    ("text", "is_then"),
    [
        pytest.param("I am 100", "I am [pid main]", id="own-pid"),
        pytest.param("child 101, not 1010", "child [pid main.1], not 1010", id="whole-numbers"),
        pytest.param("ppid=77 and pid: 78", "ppid=[pid] and pid: [pid]", id="labelled"),
        pytest.param("rapid 5", "rapid 5", id="no-label"),
        pytest.param("<x at 0x7f12>", "<x at [addr]>", id="address"),
        pytest.param("took 0.25 s", "took [time]", id="time"),
        pytest.param("line 15", "line 15", id="other-number"),
    ],
)
def test_stable_text_names_what_differs_from_run_to_run(text: str, is_then: str) -> None:
    assert stable_text(text, PIDS) == is_then


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("pid is 100", "pid is 200", True, id="the-same-process"),
        pytest.param("got 100", "got 201", False, id="another-process"),
        pytest.param("line 100", "line 100", True, id="a-number-that-is-a-pid-in-one-run"),
        pytest.param("line 15", "line 16", False, id="another-number"),
        pytest.param("at 0x1", "at 0x2", True, id="address"),
        pytest.param("pid 7", "pid 8", True, id="a-stranger-s-pid"),
        pytest.param("pid 100", "pid 8", False, id="a-stranger-in-its-place"),
        pytest.param("a", "a 1", False, id="more"),
    ],
)
def test_same_text_ignores_what_differs_from_run_to_run(one: str, other: str, same: bool) -> None:
    assert same_text(one, PIDS, other, OTHER_PIDS) is same


def test_pieces_of_output_are_compared_as_one() -> None:
    typed = made.entry("n", "a")
    late = TranscriptEntry("main", None, None, "b")
    assert first_difference(replayed(typed, late), replayed(made.entry("n", "a\nb"))) is None


def test_each_process_is_compared_by_itself() -> None:
    mine, child = made.entry("n", "a"), TranscriptEntry("main.1", None, None, "b")
    assert first_difference(replayed(mine, child), replayed(child, mine)) is None


def test_the_first_difference_has_its_step() -> None:
    one = replayed(made.entry("n", "pid 100\nx"), made.entry("p x", "1"))
    other = replayed(made.entry("n", "pid 200\nx"), made.entry("p x", "2"), pid=200)
    found = first_difference(one, other)
    assert found is not None
    assert (found.step, found.process, found.one, found.other) == (2, "main", "1", "2")


def test_missing_output_is_a_difference() -> None:
    entry = made.entry("n", "a")
    found = first_difference(replayed(entry, made.entry("p x", "1")), replayed(entry))
    assert found is not None
    assert (found.step, found.one, found.other) == (2, "(Pdb) p x", "")
