"""The choice of a review: five tasks, of which three are due, one is new and one is a bug hunt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.progress.boxes import Topic, boxes, due, topics
from pdbcoach.progress.records import AttemptRecord, LessonState, whole_lesson

SIZE: Final = 5
_DUE: Final = 3

Reason = Literal["due", "again", "new", "hunt"]
_ORDER: Final[tuple[Reason, ...]] = ("due", "again", "new", "hunt")


class ReviewItem(Struct, frozen=True):
    """A lesson that can be practised."""

    name: str
    """As ``records.lesson_name`` returns it. Its variants are the same lesson."""
    commands: tuple[str, ...] = ()
    """Long names of the pdb commands that it teaches."""
    misconceptions: tuple[str, ...] = ()
    is_hunt: bool = False
    """Whether it is a bug hunt."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The commands and misconceptions that it is about."""
        return topics(self.commands, self.misconceptions)


class Task(Struct, frozen=True):
    """A lesson to do, and why. ``again`` fills up a review when there is not enough else."""

    lesson: str
    reason: Reason
    topics: tuple[Topic, ...] = ()
    """The topics of the lesson that are due, the longest overdue first."""


def choose(
    lessons: Sequence[ReviewItem],
    states: Mapping[str, LessonState],
    attempts: Iterable[AttemptRecord],
    now: datetime,
) -> tuple[Task, ...]:
    """Return the tasks of today's review, in the order in which to do them.

    ``lessons`` are in the order in which they are learned. Each is chosen at most once, so there are
    fewer than five tasks only if there are fewer than five lessons. Gaps are filled with more lessons
    that are due, then with new ones, hunts, and finally lessons that are none of these. A learner who
    knows nothing yet gets no hunt as long as there is something to learn. The same arguments give the
    same tasks. ``now`` is in the learner's time zone.
    """
    learner = _Learner(lessons, states, tuple(attempts), now)
    candidates: dict[Reason, list[Task]] = {
        "due": list(learner.due_tasks()),
        "new": [Task(lesson.name, "new") for lesson in learner.new_lessons()],
        "hunt": [Task(lesson.name, "hunt") for lesson in learner.hunts()],
        "again": [Task(lesson.name, "again") for lesson in learner.begun_lessons()],
    }
    chosen: dict[str, Task] = {}

    def take(reason: Reason, most: int) -> None:
        for task in candidates[reason]:
            if most <= 0 or len(chosen) == SIZE:
                return
            if task.lesson not in chosen:
                chosen[task.lesson] = task
                most -= 1

    take("due", _DUE)
    take("new", 1)
    take("hunt", 1 if learner.known else 0)
    for reason in ("due", "new", "hunt", "again"):
        take(reason, SIZE)
    return tuple(sorted(chosen.values(), key=lambda task: _ORDER.index(task.reason)))


class _Learner:
    """The lessons as one learner sees them now."""

    def __init__(
        self,
        lessons: Sequence[ReviewItem],
        states: Mapping[str, LessonState],
        attempts: Sequence[AttemptRecord],
        now: datetime,
    ) -> None:
        self._lessons = lessons
        self._finished_names = {name for name, state in states.items() if state.finished is not None}
        self._begun_names = {name for lesson in states for name in _names(lesson)}
        self._last: dict[str, datetime] = {}
        for one in attempts:
            for name in _names(one.lesson):
                self._last[name] = max(one.when, self._last.get(name, one.when))
        self.known = boxes(attempts, now)
        self._due = [mastery.topic for mastery in due(self.known.values(), now)]

    def due_tasks(self) -> Iterator[Task]:
        """Yield the best lesson for the topic that is longest overdue, and so on with the topics left."""
        left = list(self._due)
        while left:
            about = [lesson for lesson in self._lessons if left[0] in lesson.topics]
            if not about:
                del left[0]
                continue
            best = min(about, key=lambda lesson: self._preference(lesson, left))
            covered = best.topics
            yield Task(best.name, "due", tuple(topic for topic in self._due if topic in covered))
            left = [topic for topic in left if topic not in covered]

    def _preference(self, lesson: ReviewItem, left: Sequence[Topic]) -> tuple[bool, bool, int, datetime]:
        """Return a sort key: first begun lessons, then no hunts, the most topics, the longest unseen."""
        covered = sum(topic in lesson.topics for topic in left)
        return (not self._begun(lesson), lesson.is_hunt, -covered, self._last_seen(lesson))

    def new_lessons(self) -> Iterator[ReviewItem]:
        """Yield the lessons that were never begun, in order, without hunts."""
        return (lesson for lesson in self._lessons if not self._begun(lesson) and not lesson.is_hunt)

    def begun_lessons(self) -> list[ReviewItem]:
        """Return the begun lessons, unfinished ones first, then the longest unseen."""
        begun = [lesson for lesson in self._lessons if self._begun(lesson) and not lesson.is_hunt]
        return sorted(begun, key=lambda lesson: (self._finished(lesson), self._last_seen(lesson)))

    def hunts(self) -> list[ReviewItem]:
        """Return the hunts, unfinished ones first, then those with the fewest unknown topics."""

        def unknown(lesson: ReviewItem) -> int:
            return sum(topic not in self.known for topic in lesson.topics)

        return sorted(
            (lesson for lesson in self._lessons if lesson.is_hunt),
            key=lambda lesson: (self._finished(lesson), unknown(lesson), self._last_seen(lesson)),
        )

    def _begun(self, lesson: ReviewItem) -> bool:
        return lesson.name in self._last or lesson.name in self._begun_names

    def _finished(self, lesson: ReviewItem) -> bool:
        return lesson.name in self._finished_names

    def _last_seen(self, lesson: ReviewItem) -> datetime:
        return self._last.get(lesson.name, datetime.min.replace(tzinfo=UTC))


def _names(lesson: str) -> set[str]:
    """Return the names that count as begun once this lesson is."""
    return {lesson, whole_lesson(lesson)}
