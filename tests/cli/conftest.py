from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from types import ModuleType

import fabricated as made
import pytest

from pdbcoach.engine import interpreters, prefork
from pdbcoach.engine.interpreters import Interpreter
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import Event, ScenarioResult, Target
from pdbcoach.scenario.model import Scenario


@dataclass(frozen=True)
class Options:
    keep: bool = False
    timeout_factor: float = 1.0
    cold: bool = False


Play = Callable[[ScenarioResult], Iterable[Event]]


@dataclass
class Stage:
    """Replaces the files, interpreters and debugger that the verb `replay` uses."""

    results: list[ScenarioResult] = field(default_factory=list)
    play: Play = made.events
    asked: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    """The words and the language of every call of ``load_all``."""
    played: list[tuple[str, Target, object]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    """Interpreters that were started before the scenarios were loaded."""

    def load_all(self, words: list[str], lang: str = "") -> tuple[Scenario, ...]:
        self.asked.append((tuple(words), lang))
        if "missing" in words:
            raise PdbcoachError("there is no missing", "look again")
        return tuple({result.scenario.id: result.scenario for result in self.results}.values())

    def replay(self, scenario: Scenario, target: Target, *, options: object) -> Generator[Event, None, None]:
        self.played.append((scenario.id, target, options))
        try:
            for result in self.results:
                if result.scenario.id == scenario.id:
                    yield from self.play(result)
        finally:
            self.closed.append(scenario.id)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    made_stage = Stage()
    runner, packs = ModuleType("pdbcoach.replay.runner"), ModuleType("pdbcoach.scenario.packs")
    runner.replay = made_stage.replay  # type: ignore[attr-defined]
    runner.Options = Options  # type: ignore[attr-defined]
    packs.load_all = made_stage.load_all  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pdbcoach.replay.runner", runner)
    monkeypatch.setitem(sys.modules, "pdbcoach.scenario.packs", packs)
    here = Interpreter("/usr/bin/python3.13", (3, 13, 0))
    old = Interpreter("/usr/bin/python3.9", (3, 9, 18))
    monkeypatch.setattr(interpreters, "running", lambda: here)
    monkeypatch.setattr(interpreters, "find", lambda name: {"3.13": here, "3.9": old}[name])
    monkeypatch.setattr(interpreters, "find_all", lambda: [old, here])
    monkeypatch.setattr(prefork, "get_ready", made_stage.ready.append)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return made_stage
