"""Every fact carries out every duty; a new one is tested here without a new test."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from facts.generated import SCRIPT, Book, Case, Held, cases, read
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

import pdbcoach.facts
from pdbcoach.facts import FACTS, AnyFact
from pdbcoach.facts.base import CannotRewriteError, Fact, Plain, StateMismatch
from pdbcoach.facts.place import PlaceFields
from pdbcoach.observation import Observation
from pdbcoach.scenario.fields import FactFields, StepFields, WhenFields

FORMAT = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")

each_fact = pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.key)
thoroughly = settings(max_examples=30, suppress_health_check=list(HealthCheck))
at_once = settings(phases=[Phase.generate], database=None, max_examples=5000)
"""The first example will do: none is made smaller."""


def equal(one: str, other: str) -> bool:
    return one == other


def judged(fact: AnyFact, seen: Observation) -> list[StateMismatch]:
    return list(fact.judge(seen, SCRIPT, set()))


def subclasses(kind: type[Fact]) -> set[type[Fact]]:
    return {kind}.union(*(subclasses(one) for one in kind.__subclasses__()))


# --- a fact has its places


def test_facts_equal_the_members_of_the_union() -> None:
    assert set(FACTS) == set(get_args(AnyFact))


def test_every_fact_class_is_one_of_the_facts() -> None:
    for module in pkgutil.iter_modules(pdbcoach.facts.__path__):
        importlib.import_module(f"pdbcoach.facts.{module.name}")
    assert {kind for kind in subclasses(Fact) if "key" in vars(kind)} == set(FACTS)


@each_fact
def test_a_fact_is_final(kind: type[AnyFact]) -> None:
    assert getattr(kind, "__final__", False), "mypy finds a missing duty only in a class that is @final"


def test_a_key_means_one_thing_in_a_step() -> None:
    own = {field.key for field in vars(StepFields).values() if hasattr(field, "key")}
    keys = Counter([*(kind.key for kind in FACTS), *own])
    assert [key for key, times in keys.items() if times > 1] == []
    assert not FactFields.fields().keys() & PlaceFields.fields().keys()  # both are keys of `when`
    assert WhenFields.fields().keys() == FactFields.fields().keys() | PlaceFields.fields().keys()


@each_fact
def test_a_fact_is_in_the_reference_of_the_format(kind: type[AnyFact]) -> None:
    section = FORMAT.partition("## A step: what it expects")[2].partition("\n### ")[0]
    keys = [
        key
        for row in re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)
        for key in re.findall("`([^`]+)`", row)
    ]
    assert kind.key in keys


# --- a fact carries out its duties


def some_case(kind: type[AnyFact]) -> tuple[Case, Plain]:
    """Return a step of which something is recorded, and what that is."""
    case = find(cases(), lambda case: kind.record(case.recorded, Book()) is not None, settings=at_once)
    value = kind.record(case.recorded, Book())
    assert value is not None
    return case, value


@each_fact
@thoroughly
@given(data=st.data())
def test_a_recorded_fact_is_right_and_its_wrong_variants_are_not(
    kind: type[AnyFact], data: st.DataObject
) -> None:
    case = data.draw(cases())
    value = kind.record(case.recorded, Book())
    assume(value is not None)
    fact = read(kind, value)
    assert judged(fact, case.seen) == []
    assert fact.met(case.seen, SCRIPT)
    variants = list(fact.wrong())
    assert variants or value == []
    for what, _span, other in variants:
        assert judged(other, case.seen), what


@each_fact
@thoroughly
@given(data=st.data())
def test_a_rewritten_fact_is_right(kind: type[AnyFact], data: st.DataObject) -> None:
    before, after = data.draw(cases()), data.draw(cases())
    value = kind.record(before.recorded, Book())
    assume(value is not None)
    held = Held(value)
    for _round in range(2):  # a line is meant in the file of its place: that may come second
        fact = read(kind, held.value)
        for mismatch in judged(fact, after.seen):
            try:
                fact.rewrite(held, mismatch.fact.partition(".")[2], after.seen, Book())
            except CannotRewriteError:
                assume(False)
            if held.removed:
                return
    assert judged(read(kind, held.value), after.seen) == []


@each_fact
def test_a_fact_tells_runs_apart_but_not_one_from_itself(kind: type[AnyFact]) -> None:
    def key(one: Case, other: Case) -> str:
        return kind.apart(one.seen, other.seen, equal, last=one.recorded.last)

    one, other = find(st.tuples(cases(), cases()), lambda pair: key(*pair) != "", settings=at_once)
    assert kind.key in key(one, other)
    assert key(one, one) == ""


@each_fact
def test_a_fact_does_not_hold_without_its_process(kind: type[AnyFact]) -> None:
    _case, value = some_case(kind)
    fact, nobody = read(kind, value), Observation("main", "absent", "")
    (first, *_more) = judged(fact, nobody)
    assert not fact.met(nobody, SCRIPT)
    with pytest.raises(CannotRewriteError):
        fact.rewrite(Held(value), first.fact.partition(".")[2], nobody, Book())


@each_fact
def test_a_fact_has_words_for_the_goal(kind: type[AnyFact]) -> None:
    _case, value = some_case(kind)
    assert all(one.words() for one in read(kind, value).single())
