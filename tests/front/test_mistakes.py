"""What newcomers do wrong or differently in the shipped lessons, with the real debugger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from front.driving import SHIPPED, Desk
from front.mistakes import LOOK, MISTAKES, Mistake
from front.other_ways import RIGHT, WRONG, OtherWay
from front.ways import own

from pdbcoach.coach.message import Message
from pdbcoach.front.screen import InteractiveScreen
from pdbcoach.progress.store import Store
from pdbcoach.scenario.model import Step


@dataclass(frozen=True)
class Answer:
    """What came of the last line: the verdict, what the coach said, and whether the step is done."""

    verdict: str
    says: str
    done: bool


class Listener:
    """Notes what the coach says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[Message] = []
        say = InteractiveScreen.say

        def noted(screen: InteractiveScreen, said: Message) -> None:
            self.heard.append(said)
            say(screen, said)

        monkeypatch.setattr(InteractiveScreen, "say", noted)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(monkeypatch)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[one.id for one in MISTAKES])
def test_a_mistake_gets_its_verdict_and_answer(desk: Desk, listener: Listener, mistake: Mistake) -> None:
    answer = typed_at(desk, listener, mistake.lesson, mistake.asked, (*mistake.before, mistake.line))
    assert not answer.done, desk.text
    assert answer.verdict == mistake.verdict, desk.text
    for words in mistake.says:
        if words.startswith("NOT "):
            assert words.removeprefix("NOT ") not in answer.says
        else:
            assert words in answer.says
    if not mistake.says:
        assert answer.says == ""


def typed_at(desk: Desk, listener: Listener, lesson: str, asked: str, lines: Sequence[str]) -> Answer:
    """Go the lesson's own way to where ``asked`` is asked, and type ``lines`` there.

    ``^`` at its beginning stands for the beginning of the task.
    """
    entry = SHIPPED.find(lesson)
    assert entry is not None
    name = entry.name_of(lesson)
    at = counted = 0
    heard: list[Message] | None = None

    def script(desk: Desk) -> Iterator[str]:
        nonlocal at, counted, heard
        while asked not in f"^{(step := _step(desk)).prose.ask}":
            before = desk.step
            yield from own(desk, desk.visit.debugger.with_numbers(step))
            assert desk.step > before, f"step {before} is not done:\n{desk.text[-3000:]}"
        at = desk.step
        for line in lines:
            listener.heard.clear()
            counted = len(desk.visit.book.store.attempts(name))
            yield line
        heard = [*listener.heard]  # what is said to who leaves does not count

    desk.hold(lesson, script, predict=False)
    assert at, f"nothing asks {asked!r}:\n{desk.text}"
    with Store.read(desk.home) as store:
        made = list(store.attempts(name))[counted:]
    says = " ".join(" ".join(said.text.split()) for said in (listener.heard if heard is None else heard))
    return Answer(made[-1].verdict if made else LOOK, says, desk.step > at)


def _step(desk: Desk) -> Step:
    step = desk.visit.lesson.step
    assert step is not None, desk.text
    return step


@pytest.mark.parametrize("way", RIGHT, ids=[one.id for one in RIGHT])
def test_other_lines_reach_the_goal(desk: Desk, listener: Listener, way: OtherWay) -> None:
    assert typed_at(desk, listener, way.lesson, way.asked, way.lines).done, desk.text


@pytest.mark.parametrize("way", WRONG, ids=[one.id for one in WRONG])
def test_other_lines_do_not_reach_the_goal(desk: Desk, listener: Listener, way: OtherWay) -> None:
    assert not typed_at(desk, listener, way.lesson, way.asked, way.lines).done, desk.text
