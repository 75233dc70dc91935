"""The answer to a prediction question, compared with what came of the step.

An answer rests on what the step's own `returns`, `values` and `expect` say, or on the question's `when`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pdbcoach.facts import At, Facts, Raises, Returns, Values
from pdbcoach.facts.base import StateFact
from pdbcoach.facts.seen import state_of
from pdbcoach.matching import transcript
from pdbcoach.matching.grammar import flatten
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.verdict import AnswerMismatch, OutputMismatch
from pdbcoach.observation import Observation
from pdbcoach.pdb.literals import elements, kind, same
from pdbcoach.scenario.model import Expect, Predict, Step

Texts = Mapping[str, str]
"""What an answer can be found in, by the key that it comes from: ``returns``, ``values.n``, ``expect.0``."""

TextPlace = tuple[str, int | None]
"""A text, and the index of one of its elements if it is a list or the like."""

_OF_PDB = re.compile(r"> .*\([0-9.\[\]]+\).*|-> .*|--(?:Call|Return)--|.*will be restarted|Internal .*")
"""Lines that say where pdb has stopped."""


class Scene(Struct, frozen=True):
    """What came of a step: whatever is needed to compare it."""

    seen: Observation
    script: str | None
    python: str
    captures: Mapping[str, str]


def basis(step: Step, predict: Predict) -> tuple[Facts, Expect | None]:
    """Return what the answer rests on."""
    if predict.when is None:
        return step.facts, step.expect
    return predict.when, predict.expect


def stated(step: Step, predict: Predict, python: str) -> Texts:
    """Return the texts that the file gives. A line of ``expect`` may be a pattern."""
    facts, expect = basis(step, predict)
    found: dict[str, str] = {}
    for fact in facts:
        match fact:
            case Returns(text=text):
                found[fact.key] = text
            case Values(rows=rows):
                found |= {f"{fact.key}.{row.name}": row.text for row in rows}
            case _:
                pass
    found |= _numbered(flatten(expect, python).lines if expect is not None else ())
    return found if found and predict.when is None else found | dict(_places(facts))


def came(step: Step, predict: Predict, scene: Scene) -> Texts:
    """Return the texts that came, by the keys of ``stated``."""
    facts, expect = basis(step, predict)
    whose = {fact.key: fact.whose or scene.seen.process for fact in facts if isinstance(fact, StateFact)}
    found: dict[str, str] = {}
    for key in stated(step, predict, scene.python):
        source, _, name = key.partition(".")
        state = state_of(whose[source], scene.seen) if source in whose else None
        if state is None:
            continue
        texts = {
            Returns.key: state.returning,
            Values.key: state.value(name),
            Raises.key: state.raised.type if state.raised is not None else None,
            At.key: str(state.stop.line) if name == "line" else state.stop.function,
        }
        text = texts[source]
        if text is not None:
            found[key] = text
    printed = split_lines(normalise(scene.seen.output, None)) if expect is not None else ()
    return found | _numbered(printed)


def sole(texts: Texts) -> str | None:
    """Return the value that a question without `answer` is about; None if there are several or none."""
    for source in (Returns.key, Values.key, "expect"):
        found = [text for key, text in texts.items() if key.partition(".")[0] == source]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def judge(step: Step, predict: Predict, scene: Scene) -> AnswerMismatch | None:
    """Return why the answer is not what came; None if it is."""
    if (why := _contradiction(predict, scene)) is not None:
        return AnswerMismatch(predict.span, predict.answer, why)
    texts = came(step, predict, scene)
    if predict.answer:
        if not is_denied(predict.answer, texts, vouched=predict.when is not None):
            return None
        return AnswerMismatch(predict.span, predict.answer, _listed(texts))
    value = sole(texts)
    if value is None:
        return AnswerMismatch(predict.span, "", f"there is no single value to take it from: {_listed(texts)}")
    if predict.choices and not any(same(value, one) for one in predict.choices):
        return AnswerMismatch(predict.span, "", f"`{value}` came, which is not one of the `choices`")
    return None


def is_denied(answer: str, texts: Texts, *, vouched: bool) -> bool:
    """Return whether a value is not in ``texts``. Words that are not there say nothing about values.

    ``vouched``: a `when` says what the answer is concluded from, so only another value of its kind denies it.
    """
    if find(answer, texts) is not None:
        return False
    wanted = kind(answer)
    values = (whole for key, whole in texts.items() if not key.startswith(At.key))
    others = (text for whole in values for text in (whole, *elements(whole)))
    return wanted is not None and (not vouched or any(kind(one) == wanted for one in others))


def answer(step: Step, predict: Predict, scene: Scene) -> str | None:
    """Return the right answer, as the file or what came gives it; None if what came is something else."""
    if judge(step, predict, scene) is not None:
        return None
    return predict.answer or sole(came(step, predict, scene))


def find(text: str, texts: Texts) -> TextPlace | None:
    """Return where a value is among ``texts``, as a whole or as an element."""
    for key, whole in texts.items():
        if same(text, whole):
            return key, None
    for key, whole in texts.items():
        for index, one in enumerate(elements(whole)):
            if same(text, one):
                return key, index
    return None


def at(place: TextPlace, texts: Texts) -> str | None:
    """Return what is now at a place that ``find`` has returned."""
    key, index = place
    whole = texts.get(key)
    if whole is None or index is None:
        return whole
    return next((one for number, one in enumerate(elements(whole)) if number == index), None)


def _contradiction(predict: Predict, scene: Scene) -> str | None:
    """Return in words what differs from the question's `when`."""
    for one in (predict.when or Facts()).judge(scene.seen, scene.script):
        return f"it rests on `{one.fact}` being {one.expected}, which is {one.actual}"
    if predict.expect is None:
        return None
    output = normalise(scene.seen.output, None)
    matched = transcript.match(predict.expect, output, scene.captures, scene.python)
    if isinstance(matched, OutputMismatch):
        return f"it rests on the output, and there {matched.reason}"
    return None


def _places(facts: Facts) -> Iterator[tuple[str, str]]:
    for fact in facts:
        match fact:
            case At(line=line, function=function):
                yield from [(f"{fact.key}.line", str(line))] if line is not None else ()
                yield from [(f"{fact.key}.function", function)] if function is not None else ()
            case Raises(text=text):
                yield fact.key, text
            case _:
                pass


def _numbered(lines: Iterable[str]) -> dict[str, str]:
    own = (line for line in lines if not _OF_PDB.fullmatch(line))
    return {f"expect.{number}": line for number, line in enumerate(own)}


def _listed(texts: Texts) -> str:
    shown = ", ".join(f"`{text}`" for text in texts.values())
    return f"{shown} came" if shown else "nothing came that it could be compared with"
