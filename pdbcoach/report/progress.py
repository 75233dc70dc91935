"""The learner's progress: bars for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from pdbcoach.language import _, ngettext
from pdbcoach.progress.boxes import LAST, BoxKind, Mastery, boxes, today
from pdbcoach.progress.records import AttemptRecord, LessonState, pack_of, whole_lesson
from pdbcoach.report.escape import visible
from pdbcoach.report.lines import count
from pdbcoach.report.screen import Screen, Signs, padded
from pdbcoach.scenario.model import Misconception, Pack

_BAR = 12
_NUMBERS = 5
_MOST_NAMES = 5


class PackProgress(Struct, frozen=True):
    """How many lessons of a pack are finished. ``lessons`` is None for a pack that isn't installed."""

    id: str
    """Empty for lessons without a pack."""
    title: str
    finished: int
    lessons: int | None


class Overview(Struct, frozen=True):
    """The learner's progress on one day."""

    today: date
    known: tuple[Mastery, ...]
    """Sorted by due date."""
    titles: Mapping[str, str]
    """Titles of misconceptions, by id."""
    packs: tuple[PackProgress, ...]

    @property
    def next_due(self) -> date | None:
        """The first day on which something is due, which may be past; None if nothing was practised."""
        return min((mastery.due for mastery in self.known), default=None)


def overview(
    attempts: Iterable[AttemptRecord],
    lessons: Iterable[LessonState],
    packs: Sequence[Pack],
    misconceptions: Mapping[str, Misconception],
    now: datetime,
) -> Overview:
    """Return the progress from a store's records and the packs. ``now`` is in the learner's time zone."""
    return Overview(
        today(now),
        tuple(sorted(boxes(attempts, now).values(), key=lambda mastery: (mastery.due, mastery.topic))),
        {one.id: one.title for one in misconceptions.values()},
        tuple(_packs(lessons, packs)),
    )


def _packs(lessons: Iterable[LessonState], packs: Sequence[Pack]) -> Iterator[PackProgress]:
    finished: dict[str, set[str]] = {}
    for state in lessons:
        # One variant of a lesson is not the whole lesson.
        if state.finished is not None and state.lesson == whole_lesson(state.lesson):
            finished.setdefault(pack_of(state.lesson), set()).add(state.lesson.rpartition("/")[2])
    for pack in packs:
        done = finished.pop(pack.id, set()) & set(pack.order)
        yield PackProgress(pack.id, pack.title, len(done), len(pack.order))
    for name, done in sorted(finished.items()):
        yield PackProgress(name, "", len(done), None)


def draw(screen: Screen, seen: Overview) -> None:
    """Draw bars for commands, misconceptions and packs, and when each is due."""
    _masteries(screen, seen, "command", _("Commands"))
    _masteries(screen, seen, "misconception", _("Misconceptions"))
    screen.line(_("Lessons finished"), "bold")
    width = _widest(_pack_name(pack) for pack in seen.packs)
    for pack in seen.packs:
        _pack(screen, pack, width)
    screen.line("")
    screen.prose(next_due(seen))


def _masteries(screen: Screen, seen: Overview, kind: BoxKind, heading: str) -> None:
    known = [mastery for mastery in seen.known if mastery.topic.kind == kind]
    if not known:
        return
    screen.line(heading, "bold")
    names = [visible(mastery.topic.name) for mastery in known]
    days = [_due(mastery.due, seen.today) for mastery in known]
    for mastery, name, day in zip(known, names, days, strict=True):
        box = _("box {number} of {count}").format(number=mastery.box, count=LAST)
        columns = (
            padded(name, _widest(names)),
            _bar(mastery.share, screen.signs),
            box,
            padded(day, _widest(days)),
        )
        title = seen.titles.get(mastery.topic.name, "") if kind == "misconception" else ""
        _row(screen, columns, title, mastery.box == LAST)
    screen.line("")


def _pack(screen: Screen, pack: PackProgress, width: int) -> None:
    name = padded(_pack_name(pack), width)
    if pack.lessons is None:
        _row(screen, (name, " " * _BAR, str(pack.finished)))
        return
    bar = _bar(pack.finished / pack.lessons if pack.lessons else 0, screen.signs)
    numbers = padded(f"{pack.finished}/{pack.lessons}", _NUMBERS)
    _row(screen, (name, bar, numbers), pack.title, pack.finished == pack.lessons)


def _row(screen: Screen, columns: Iterable[str], title: str = "", is_full: bool = False) -> None:
    """Draw columns and a title after them; a long title continues below itself."""
    style = "green" if is_full else ""
    first = "  " + "  ".join(columns)
    if title:
        screen.text(Text(visible(title)), f"{first}  ", style)
    else:
        screen.line(first.rstrip(), style)


def _pack_name(pack: PackProgress) -> str:
    return visible(pack.id) or _("(not in a pack)")


def _bar(share: float, signs: Signs) -> str:
    full = int(share * _BAR)  # rounded down, so that only a complete bar looks complete
    return signs.full * full + signs.empty * (_BAR - full)


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _due(when: date, today: date) -> str:
    days = (when - today).days
    if days < 1:
        return _("due now")
    return ngettext("due tomorrow", "due in {number} days", days)


def next_due(seen: Overview) -> str:
    """Return a sentence about what is due next, and when."""
    if seen.next_due is None:
        return _("You haven't practised anything yet. `pdbcoach practice` starts the first lesson.")
    first = max(seen.next_due, seen.today)
    names = [visible(mastery.topic.name) for mastery in seen.known if mastery.due <= first]
    listed = ", ".join(names[:_MOST_NAMES])
    if more := len(names) - len(names[:_MOST_NAMES]):
        listed = _("{names} and {number} more").format(names=listed, number=more)
    if first == seen.today:
        return _("Due now: {names}. `pdbcoach review` brings them back.").format(names=listed)
    return _("Next due on {day}: {names}.").format(day=first, names=listed)


def merged(attempts: int, lessons: int) -> str:
    """Return a line about what an import or a repair added."""
    if not attempts and not lessons:
        return "nothing new: all of it was known"
    return f"new: {count(attempts, 'attempt')}; what is known of {count(lessons, 'lesson')} has changed"


def as_json(seen: Overview) -> str:
    """Return ``{"version": 1, ...}``: what ``draw`` shows, and the counts behind it."""
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
