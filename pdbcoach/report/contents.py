"""The packs and their scenarios, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from pdbcoach.progress.records import LessonState, lesson_name
from pdbcoach.report.escape import one_line
from pdbcoach.report.lines import count
from pdbcoach.scenario.model import Pack, Scenario


class Contents(Struct, frozen=True):
    """The scenarios of one pack, or those of a directory without a pack.yaml."""

    pack: Pack | None
    scenarios: tuple[Scenario, ...]
    states: Mapping[str, LessonState] = field(default_factory=dict)
    """How far the learner has come, by lesson name."""

    def standing(self, scenario: Scenario) -> str:
        """Return ``finished``, ``in progress``, ``begun``, or an empty string if it was never begun."""
        state = self.states.get(lesson_name(self.pack.id if self.pack is not None else "", scenario.id))
        if state is None:
            return ""
        if state.passed == "task":
            return "finished"
        return "in progress" if state.position is not None else "begun"


def as_text(packs: Sequence[Contents]) -> str:
    """Return a heading for each pack, and a line for each scenario."""
    return "".join(f"{one_line(line)}\n" for contents in packs for line in _lines(contents))


def _lines(contents: Contents) -> Iterator[str]:
    pack, scenarios = contents.pack, contents.scenarios
    name = f"{pack.id}: {pack.title}" if pack is not None else "in no pack"
    needs = f", after {', '.join(pack.requires)}" if pack is not None and pack.requires else ""
    yield f"{name} ({count(len(scenarios), 'scenario')}{needs})"
    width = max((len(one.id) for one in scenarios), default=0)
    for one in scenarios:
        level = "" if one.level == "core" else f" ({one.level})"
        python = f" [Python {one.python}]" if one.python else ""
        teaches = f": {' '.join(one.teaches)}" if one.teaches else ""
        standing = f" - {contents.standing(one)}" if contents.standing(one) else ""
        yield f"  {one.id:{width}}  {one.title}{level}{python}{teaches}{standing}"
    yield ""


def as_json(packs: Sequence[Contents]) -> str:
    """Return ``{"version": 1, "packs": [...]}``; scenarios without a pack are in one whose id is null."""
    return json.dumps({"version": 1, "packs": [_plain(contents) for contents in packs]}, indent=2) + "\n"


def _plain(contents: Contents) -> dict[str, object]:
    pack = contents.pack
    return {
        "id": pack.id if pack else None,
        "title": pack.title if pack else "",
        "requires": list(pack.requires) if pack else [],
        "path": str(pack.path) if pack else None,
        "scenarios": [_entry(one) | {"standing": contents.standing(one)} for one in contents.scenarios],
    }


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
