"""What a learner knows and what comes next: bars for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pdbcoach.progress.boxes import LAST, Kind, Mastery, boxes, today
from pdbcoach.progress.records import Attempt, LessonState, pack_of
from pdbcoach.report.escape import visible
from pdbcoach.report.lines import Line, count
from pdbcoach.report.screen import Signs
from pdbcoach.scenario.model import Misconception, Pack

_BAR = 12
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class PackProgress:
    """How many lessons of a pack are finished. Of a pack that is not here, nobody knows how many it has."""

    id: str
    """Empty for the lessons that are in no pack."""
    title: str
    finished: int
    lessons: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to say of a learner's progress on one day."""

    today: date
    known: tuple[Mastery, ...]
    """What is due first, first."""
    titles: Mapping[str, str]
    """Of misconceptions, by id."""
    packs: tuple[PackProgress, ...]

    @property
    def next_due(self) -> date | None:
        """The day on which something is due, be it past; ``None``: nothing has been practised."""
        return min((mastery.due for mastery in self.known), default=None)


def overview(
    attempts: Iterable[Attempt],
    lessons: Iterable[LessonState],
    packs: Sequence[Pack],
    misconceptions: Mapping[str, Misconception],
    now: datetime,
) -> Overview:
    """What a store and the packs say together. ``now`` is aware and in the learner's time zone."""
    return Overview(
        today(now),
        tuple(sorted(boxes(attempts, now).values(), key=lambda mastery: (mastery.due, mastery.topic))),
        {one.id: one.title for one in misconceptions.values()},
        tuple(_packs(lessons, packs)),
    )


def _packs(lessons: Iterable[LessonState], packs: Sequence[Pack]) -> Iterator[PackProgress]:
    finished: dict[str, set[str]] = {}
    for state in lessons:
        if state.finished is not None:
            # A variant is the same lesson, told for another Python or in another way.
            scenario = state.lesson.rpartition("/")[2].partition("[")[0]
            finished.setdefault(pack_of(state.lesson), set()).add(scenario)
    for pack in packs:
        done = finished.pop(pack.id, set()) & set(pack.order)
        yield PackProgress(pack.id, pack.title, len(done), len(pack.order))
    for name, done in sorted(finished.items()):
        yield PackProgress(name, "", len(done), None)


def lines(seen: Overview, signs: Signs) -> Iterator[Line]:
    """For people: bars for commands, misconceptions and packs, and what is due when."""
    yield from _masteries(seen, "command", "Commands", signs)
    yield from _masteries(seen, "misconception", "Misconceptions", signs)
    yield Line("Lessons finished", "heading")
    width = max((len(_pack_name(pack)) for pack in seen.packs), default=0)
    for pack in seen.packs:
        yield _pack_line(pack, width, signs)
    yield Line("")
    yield _next(seen)


def _masteries(seen: Overview, kind: Kind, heading: str, signs: Signs) -> Iterator[Line]:
    known = [mastery for mastery in seen.known if mastery.topic.kind == kind]
    if not known:
        return
    yield Line(heading, "heading")
    width = max(len(visible(mastery.topic.name)) for mastery in known)
    for mastery in known:
        name = visible(mastery.topic.name)
        title = visible(seen.titles.get(mastery.topic.name, "")) if kind == "misconception" else ""
        when = f"due {_day(mastery.due, seen.today)}"
        text = (
            f"  {name:{width}}  {_bar(mastery.share, signs)}  box {mastery.box} of {LAST}  {when:14}  {title}"
        )
        yield Line(text.rstrip(), "good" if mastery.box == LAST else "plain")
    yield Line("")


def _pack_line(pack: PackProgress, width: int, signs: Signs) -> Line:
    name = f"  {_pack_name(pack):{width}}"
    if pack.lessons is None:
        return Line(f"{name}  {' ' * _BAR}  {pack.finished}")
    bar = _bar(pack.finished / pack.lessons if pack.lessons else 0, signs)
    numbers = f"{pack.finished} of {pack.lessons}"
    text = f"{name}  {bar}  {numbers:8}  {visible(pack.title)}".rstrip()
    return Line(text, "good" if pack.finished == pack.lessons else "plain")


def _pack_name(pack: PackProgress) -> str:
    return visible(pack.id) or "(in no pack)"


def _bar(share: float, signs: Signs) -> str:
    full = int(share * _BAR)  # cut, not rounded: only what is complete looks so
    return signs.full * full + signs.empty * (_BAR - full)


def _day(when: date, today: date) -> str:
    match (when - today).days:
        case 1:
            return "tomorrow"
        case days if days > 1:
            return f"in {days} days"
        case _:
            return "now"


def _next(seen: Overview) -> Line:
    if seen.next_due is None:
        return Line("Nothing has been practised yet. `pdbcoach practice` begins with the first lesson.")
    first = max(seen.next_due, seen.today)
    names = [visible(mastery.topic.name) for mastery in seen.known if mastery.due <= first]
    listed = ", ".join(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        listed += f" and {len(names) - _MOST_NAMES} more"
    if first == seen.today:
        return Line(f"Due now: {listed}. `pdbcoach review` brings them back.")
    return Line(f"Next due {_day(first, seen.today)}, on {first}: {listed}.")


def merged(attempts: int, lessons: int) -> str:
    """What an import brought."""
    if not attempts and not lessons:
        return "nothing new: all of it was known"
    return f"new: {count(attempts, 'attempt')}; what is known of {count(lessons, 'lesson')} has changed"


def as_json(seen: Overview) -> str:
    """``{"version": 1, ...}``: the same as ``lines`` shows, and the counts behind it."""
    content = {
        "version": 1,
        "today": seen.today.isoformat(),
        "next_due": seen.next_due.isoformat() if seen.next_due is not None else None,
        "boxes": LAST,
        "commands": [_entry(one) for one in seen.known if one.topic.kind == "command"],
        "misconceptions": [
            {**_entry(one), "title": seen.titles.get(one.topic.name, "")}
            for one in seen.known
            if one.topic.kind == "misconception"
        ],
        "packs": [
            {"id": one.id or None, "title": one.title, "finished": one.finished, "lessons": one.lessons}
            for one in seen.packs
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def _entry(one: Mastery) -> dict[str, object]:
    return {
        "name": one.topic.name,
        "box": one.box,
        "due": one.due.isoformat(),
        "last": one.last.isoformat(timespec="seconds"),
        "right": one.right,
        "wrong": one.wrong,
    }
