"""What there is to learn: packs and their scenarios, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from pdbcoach.progress.records import LessonState, lesson_name
from pdbcoach.report.escape import one_line
from pdbcoach.report.lines import count
from pdbcoach.scenario.model import Pack, Scenario


class Contents(Struct, frozen=True):
    """The scenarios of one pack; of none, where they lie in a folder without a pack.yaml."""

    pack: Pack | None
    scenarios: tuple[Scenario, ...]
    states: Mapping[str, LessonState] = field(default_factory=dict)
    """How far the learner has come, by lesson."""

    def standing(self, scenario: Scenario) -> str:
        """``finished``, ``under way`` or ``begun``; empty for what was never begun."""
        state = self.states.get(lesson_name(self.pack.id if self.pack is not None else "", scenario.id))
        if state is None:
            return ""
        if state.passed == "task":
            return "finished"
        return "in progress" if state.position is not None else "begun"


def as_text(shelves: Sequence[Contents]) -> str:
    """A heading for each pack, a line for each scenario."""
    return "".join(f"{one_line(line)}\n" for shelf in shelves for line in _lines(shelf))


def _lines(shelf: Contents) -> Iterator[str]:
    pack, scenarios = shelf.pack, shelf.scenarios
    name = f"{pack.id}: {pack.title}" if pack is not None else "in no pack"
    needs = f", after {', '.join(pack.requires)}" if pack is not None and pack.requires else ""
    yield f"{name} ({count(len(scenarios), 'scenario')}{needs})"
    width = max((len(one.id) for one in scenarios), default=0)
    for one in scenarios:
        level = "" if one.level == "core" else f" ({one.level})"
        python = f" [Python {one.python}]" if one.python else ""
        teaches = f": {' '.join(one.teaches)}" if one.teaches else ""
        standing = f" - {shelf.standing(one)}" if shelf.standing(one) else ""
        yield f"  {one.id:{width}}  {one.title}{level}{python}{teaches}{standing}"
    yield ""


def as_json(shelves: Sequence[Contents]) -> str:
    """``{"version": 1, "packs": [...]}``; the ``id`` of what is in no pack is null."""
    packs = [
        {
            "id": shelf.pack.id if shelf.pack else None,
            "title": shelf.pack.title if shelf.pack else "",
            "requires": list(shelf.pack.requires) if shelf.pack else [],
            "path": str(shelf.pack.path) if shelf.pack else None,
            "scenarios": [_entry(one) | {"standing": shelf.standing(one)} for one in shelf.scenarios],
        }
        for shelf in shelves
    ]
    return json.dumps({"version": 1, "packs": packs}, indent=2) + "\n"


def _entry(one: Scenario) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "level": one.level,
        "teaches": list(one.teaches),
        "targets": list(one.targets),
        "python": one.python,
        "steps": len(one.steps),
        "path": str(one.path),
    }
