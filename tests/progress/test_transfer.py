from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from progress.learner import HALFWAY, NOON, attempt, attempts, day, states

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress import files
from pdbcoach.progress.records import AttemptRecord, LessonState, Score
from pdbcoach.progress.store import Merged, Store
from pdbcoach.progress.transfer import Everything, everything, exported, imported

ATTEMPTS = (attempt(typed="子 \x1b", misconceptions=("M01",)), attempt(day(1), verdict="miss", hints=2))
LESSONS = (LessonState("basics/a", "task", HALFWAY, day(1), Score(5, 4), NOON), LessonState("b"))
ALL = everything(ATTEMPTS, LESSONS)
FORMAT_1, FORMAT_2 = (Path(__file__).with_name(f"format-{number}.json") for number in (1, 2))
"""``ALL``, as pdbcoach exported it in each format."""


def in_memory() -> Store:
    return Store(files.in_memory(), None)


def known(store: Store) -> Everything:
    return everything(store.attempts(), store.lessons().values())


def text_of(store: Store) -> str:
    return exported(known(store))


class TestRoundTrip:
    def test_an_import_returns_what_was_exported(self) -> None:
        text = exported(ALL)
        assert text.isascii()
        assert imported(text.encode(), "x") == ALL

    def test_the_format_has_not_changed(self) -> None:
        assert exported(ALL) == FORMAT_2.read_text(encoding="ascii")

    def test_format_1_is_read_without_the_places_inside_lessons(self) -> None:
        lessons = tuple(replace(one, position=None) for one in LESSONS)
        assert imported(FORMAT_1.read_bytes(), "x") == everything(ATTEMPTS, lessons)

    @given(st.lists(attempts, max_size=8), st.lists(states, max_size=6))
    def test_any_progress_survives_export_and_import(
        self, those: list[AttemptRecord], some: list[LessonState]
    ) -> None:
        document = everything(those, some)
        assert imported(exported(document).encode(), "x") == document

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_the_encoding_of_an_editor_does_not_matter(self, encoding: str) -> None:
        assert imported(exported(ALL).encode(encoding), "x") == ALL

    @given(st.lists(attempts, max_size=8), st.lists(states, max_size=6))
    def test_a_second_store_learns_all_that_the_first_knows(
        self, those: list[AttemptRecord], some: list[LessonState]
    ) -> None:
        with in_memory() as here, in_memory() as there:
            here.merge(those, some)
            found = imported(text_of(here).encode(), "x")
            there.merge(found.attempts, found.lessons)
            assert known(there) == known(here)
            assert text_of(there) == text_of(here)
            assert there.merge(found.attempts, found.lessons) == Merged(0, 0)

    @given(
        st.lists(attempts, max_size=8),
        st.lists(attempts, max_size=8),
        st.lists(states, max_size=6),
        st.lists(states, max_size=6),
    )
    def test_two_stores_that_exchange_everything_know_the_same(
        self,
        ones: list[AttemptRecord],
        others: list[AttemptRecord],
        some: list[LessonState],
        more: list[LessonState],
    ) -> None:
        with in_memory() as here, in_memory() as there:
            here.merge(ones, some)
            there.merge(others, more)
            mine, other = known(here), known(there)
            here.merge(other.attempts, other.lessons)
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
        pytest.param(b"[]", "mine.json is not a progress file of pdbcoach", id="a-list"),
        pytest.param(b'{"format": 1}', "mine.json is not a progress file of pdbcoach", id="other-json"),
    ],
)
def test_a_foreign_file_is_rejected(content: bytes, message: str) -> None:
    error = refusal(content)
    assert error.message == message
    assert error.hint == (
        "Nothing was imported. `pdbcoach progress export FILE` writes a file that can be imported."
    )


def test_a_newer_format_is_rejected() -> None:
    error = refusal(exported(everything([], [])).replace('"format": 2', '"format": 3').encode())
    assert error.message == "mine.json was written by a newer pdbcoach: its format is 3, this one reads 2"
    assert error.hint == "Nothing was imported. Update pdbcoach."


A_NAME = "expected a name without control characters"
A_YEAR = "expected a year from 1970 to 2999"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda d: d.update(format="1"), "$.format: expected `int`, got `str`", id="format"),
        pytest.param(lambda d: d.pop("lessons"), "$: object missing required field `lessons`", id="missing"),
        pytest.param(lambda d: d.update(extra=1), "$: object contains unknown field `extra`", id="unknown"),
        pytest.param(
            lambda d: d.update(attempts={}), "$.attempts: expected `array`, got `object`", id="no-list"
        ),
        pytest.param(
            lambda d: d["attempts"].append(3), "$.attempts[2]: expected `object`, got `int`", id="no-object"
        ),
        pytest.param(
            lambda d: d["attempts"][1].pop("when"),
            "$.attempts[1]: object missing required field `when`",
            id="attempt-missing",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="2025-01-31T12:00:00"),
            "$.attempts[0].when: expected `datetime` with a timezone component",
            id="no-zone",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="0001-01-01T00:00:00+00:00"),
            f"$.attempts[0].when: {A_YEAR}",
            id="long-ago",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="9999-12-31T23:59:59-11:00"),
            f"$.attempts[0].when: {A_YEAR}",
            id="far-off",
        ),
        pytest.param(
            lambda d: d["lessons"][0].update(moved="9999-12-31T23:59:59-11:00"),
            f"$.lessons[0].moved: {A_YEAR}",
            id="moved-far-off",
        ),
        pytest.param(
            lambda d: d["lessons"][0].update(finished="1969-12-31T23:59:59+00:00"),
            f"$.lessons[0].finished: {A_YEAR}",
            id="finished-long-ago",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when="today"),
            "$.attempts[0].when: invalid RFC3339 encoded datetime",
            id="no-time",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(when=1),
            "$.attempts[0].when: expected `datetime`, got `int`",
            id="number",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(lesson=" "), f"$.attempts[0].lesson: {A_NAME}", id="blank"
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(lesson="a\n"), f"$.attempts[0].lesson: {A_NAME}", id="newline"
        ),
        pytest.param(
            lambda d: d["lessons"][1].update(lesson="\ud800"),
            f"$.lessons[1].lesson: {A_NAME}",
            id="surrogate",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(step=0), "$.attempts[0].step: expected `int` >= 1", id="step-0"
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(step=True),
            "$.attempts[0].step: expected `int`, got `bool`",
            id="step-true",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(hints=2**63),
            f"$.attempts[0].hints: expected `int` <= {2**63 - 1}",
            id="more-than-sqlite-can",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(verdict="perfect"),
            "$.attempts[0].verdict: invalid enum value 'perfect'",
            id="verdict",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(verdict=["done"]),
            "$.attempts[0].verdict: expected `str`, got `array`",
            id="verdict-list",
        ),
        pytest.param(
            lambda d: d["attempts"][0].update(misconceptions=["M01", None]),
            "$.attempts[0].misconceptions[1]: expected `str`, got `null`",
            id="misconception",
        ),
        pytest.param(
            lambda d: d["lessons"][0].update(passed="flown"),
            "$.lessons[0].passed: invalid enum value 'flown'",
            id="passed",
        ),
        pytest.param(
            lambda d: d["lessons"][0]["position"]["route"][0].pop("text"),
            "$.lessons[0].position.route[0]: object missing required field `text`",
            id="route",
        ),
        pytest.param(
            lambda d: d["lessons"][0]["best"].update(par=-1),
            "$.lessons[0].best.par: expected `int` >= 0",
            id="par",
        ),
    ],
)
def test_an_invalid_value_is_named_with_its_place(change: Change, message: str) -> None:
    document = json.loads(exported(ALL))
    change(document)
    error = refusal(json.dumps(document).encode())
    assert error.message == f"mine.json: {message}"
    assert error.hint.startswith("Nothing was imported.")


class TestNoOtherErrorIsRaised:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )

    @given(st.data(), values)
    def test_any_value_is_rejected_or_can_be_stored(self, data: st.DataObject, value: object) -> None:
        document = json.loads(exported(ALL))
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


def test_a_store_on_disk_exports_and_imports(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    with Store.open(home) as store:
        store.merge(ATTEMPTS, LESSONS)
        file.write_text(text_of(store), encoding="ascii")
    with Store.open(tmp_path / "elsewhere") as store:
        found = imported(file.read_bytes(), str(file))
        assert store.merge(found.attempts, found.lessons) == Merged(2, 1)
        assert store.attempts() == ATTEMPTS
