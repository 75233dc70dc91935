from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progress.learner import HALFWAY, NOON, attempt, attempts, day, states

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress import files
from pdbcoach.progress.records import Attempt, LessonState, Score
from pdbcoach.progress.store import Merged, Store
from pdbcoach.progress.transfer import Everything, exported, imported

ATTEMPTS = (attempt(typed="子 \x1b", misconceptions=("M01",)), attempt(day(1), verdict="miss", hints=2))
LESSONS = (LessonState("basics/a", "task", HALFWAY, day(1), Score(5, 4), NOON), LessonState("b"))


def in_memory() -> Store:
    return Store(files.in_memory(), None)


def known(store: Store) -> Everything:
    return Everything(store.attempts(), tuple(store.lessons().values()))


def everything(store: Store) -> str:
    return exported(store.attempts(), store.lessons().values())


class TestRoundTrip:
    def test_everything_comes_back(self) -> None:
        text = exported(ATTEMPTS, LESSONS)
        assert text.isascii()
        assert imported(text.encode(), "x") == Everything(ATTEMPTS, LESSONS)

    @given(st.lists(attempts, max_size=8), st.lists(states, max_size=6))
    def test_whatever_it_is(self, those: list[Attempt], some: list[LessonState]) -> None:
        assert imported(exported(those, some).encode(), "x") == Everything(tuple(those), tuple(some))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_however_an_editor_saved_it(self, encoding: str) -> None:
        assert imported(exported(ATTEMPTS, LESSONS).encode(encoding), "x") == Everything(ATTEMPTS, LESSONS)

    @given(st.lists(attempts, max_size=8), st.lists(states, max_size=6))
    def test_from_store_to_store(self, those: list[Attempt], some: list[LessonState]) -> None:
        with in_memory() as here, in_memory() as there:
            here.merge(those, some)
            found = imported(everything(here).encode(), "x")
            there.merge(found.attempts, found.lessons)
            assert known(there) == known(here)
            assert everything(there) == everything(here)
            assert there.merge(found.attempts, found.lessons) == Merged(0, 0)

    @given(
        st.lists(attempts, max_size=8),
        st.lists(attempts, max_size=8),
        st.lists(states, max_size=6),
        st.lists(states, max_size=6),
    )
    def test_two_stores_that_exchange_everything_know_the_same(
        self, ones: list[Attempt], others: list[Attempt], some: list[LessonState], more: list[LessonState]
    ) -> None:
        with in_memory() as here, in_memory() as there:
            here.merge(ones, some)
            there.merge(others, more)
            mine, theirs = known(here), known(there)
            here.merge(theirs.attempts, theirs.lessons)
            there.merge(mine.attempts, mine.lessons)
            assert sorted(map(repr, here.attempts())) == sorted(map(repr, there.attempts()))
            assert here.lessons() == there.lessons()


Change = Callable[[dict[str, Any]], object]


def refusal(content: bytes) -> PdbcoachError:
    with pytest.raises(PdbcoachError) as refused:
        imported(content, "mine.json")
    return refused.value


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "mine.json:1:1: this is not JSON: Expecting value", id="empty"),
        pytest.param(b'{\n "a": }', "mine.json:2:7: this is not JSON: Expecting value", id="syntax"),
        pytest.param(b"\xff\xfe\xff", "mine.json: this is not JSON", id="no-text"),
        pytest.param(b"[" * 1_000_000, "mine.json: this is not JSON", id="deep"),
        pytest.param(b"1" * 5000, "mine.json: this is not JSON", id="long-number"),
        pytest.param(b"[]", "mine.json: kind: this is no progress of pdbcoach", id="a-list"),
        pytest.param(b'{"format": 1}', "mine.json: kind: this is no progress of pdbcoach", id="other-json"),
    ],
)
def test_what_is_no_document_of_ours_is_refused(content: bytes, message: str) -> None:
    error = refusal(content)
    assert error.message == message
    assert error.hint == "nothing was imported; `pdbcoach progress export FILE` writes a file that can be"


def test_a_newer_one_is_refused() -> None:
    error = refusal(exported([], []).replace('"format": 1', '"format": 2').encode())
    assert error.message == "mine.json: format: 2 is a newer pdbcoach's, this one knows 1"
    assert error.hint == "nothing was imported; update pdbcoach"


A_TIME = "must be a time with its zone, such as 2025-01-31T12:00:00+00:00, not"
VERDICTS = "must be one of done, not-yet, miss, assisted, skipped, not"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda d: d.update(format="1"), "format: must be 1, not '1'", id="format"),
        pytest.param(lambda d: d.pop("lessons"), "the document: has no `lessons`", id="missing"),
        pytest.param(
            lambda d: d.update(extra=1), "the document: has a key `extra` that is not known", id="unknown"
        ),
        pytest.param(lambda d: d.update(attempts={}), "attempts: must be a list, not {}", id="no-list"),
        pytest.param(
            lambda d: d["attempts"].append(3), "attempts[2]: must be an object, not 3", id="no-object"
        ),
        pytest.param(
            lambda d: d["attempts"][1].pop("when"), "attempts[1]: has no `when`", id="attempt-missing"
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="2025-01-31T12:00:00"),
            f"attempts[0].when: {A_TIME} '2025-01-31T12:00:00'",
            id="no-zone",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="0001-01-01T00:00:00+00:00"),
            f"attempts[0].when: {A_TIME} '0001-01-01T00:00:00+00:00'",
            id="long-ago",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="9999-12-31T23:59:59-11:00"),
            f"attempts[0].when: {A_TIME} '9999-12-31T23:59:59-11:00'",
            id="far-off",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="today"),
            f"attempts[0].when: {A_TIME} 'today'",
            id="no-time",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when=1), "attempts[0].when: must be text, not 1", id="number"
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(lesson=" "),
            "attempts[0].lesson: must be a name, not ' '",
            id="empty",
        ),
        pytest.param(
            lambda d: d["lessons"][1].update(lesson="\ud800"),
            "lessons[1].lesson: must be a name, not '\\ud800'",
            id="surrogate",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(step=0),
            "attempts[0].step: must be a whole number from 1, not 0",
            id="step-0",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(step=True),
            "attempts[0].step: must be a whole number from 1, not True",
            id="step-true",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(hints=2**63),
            f"attempts[0].hints: must be a whole number from 0, not {2**63}",
            id="more-than-sqlite-can",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(verdict="perfect"),
            f"attempts[0].verdict: {VERDICTS} 'perfect'",
            id="verdict",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(verdict=["done"]),
            f"attempts[0].verdict: {VERDICTS} ['done']",
            id="verdict-list",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(misconceptions=["M01", None]),
            "attempts[0].misconceptions[1]: must be text, not None",
            id="misconception",
        ),
        pytest.param(
            lambda d: d["lessons"][0].update(passed="flown"),
            "lessons[0].passed: must be one of watch, guided, task, not 'flown'",
            id="passed",
        ),
        pytest.param(
            lambda d: d["lessons"][0]["position"]["route"][0].pop("text"),
            "lessons[0].position.route[0]: Object missing required field `text`",
            id="route",
        ),
        pytest.param(
            lambda d: d["lessons"][0]["best"].update(par=-1),
            "lessons[0].best.par: must be a whole number from 0, not -1",
            id="par",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: Change, message: str) -> None:
    document = json.loads(exported(ATTEMPTS, LESSONS))
    change(document)
    error = refusal(json.dumps(document).encode())
    assert error.message == f"mine.json: {message}"
    assert "nothing was imported" in error.hint


class TestNothingElseIsRaised:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )

    @given(st.data(), values)
    def test_whatever_stands_in_the_place_of_what(self, data: st.DataObject, value: object) -> None:
        document = json.loads(exported(ATTEMPTS, LESSONS))
        inside: Any = document
        while True:
            keys = list(inside) if isinstance(inside, dict) else range(len(inside))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(inside[key], dict | list) or not inside[key] or data.draw(st.booleans()):
                break
            inside = inside[key]
        inside[key] = value
        content = json.dumps(document).encode()
        with contextlib.suppress(PdbcoachError), in_memory() as store:
            found = imported(content, "mine.json")
            store.merge(found.attempts, found.lessons)
            assert store.merge(found.attempts, found.lessons) == Merged(0, 0)


def test_a_file_on_disk(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    with Store.open(home) as store:
        store.merge(ATTEMPTS, LESSONS)
        file.write_text(everything(store), encoding="ascii")
    with Store.open(tmp_path / "elsewhere") as store:
        found = imported(file.read_bytes(), str(file))
        assert store.merge(found.attempts, found.lessons) == Merged(2, 1)
        assert store.attempts() == ATTEMPTS
