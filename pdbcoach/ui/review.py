"""Before and after a review: what it consists of, and what is due next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pdbcoach.coach.message import Message
from pdbcoach.language import _, ngettext
from pdbcoach.progress.review import Reason, Task
from pdbcoach.progress.store import Store
from pdbcoach.report.progress import next_due, overview
from pdbcoach.ui.screen import PracticeScreen


def announce(screen: PracticeScreen, tasks: Sequence[Task]) -> None:
    """Say what today's review consists of, and why."""
    number = len(tasks)
    screen.say(Message("note", ngettext("Review: {number} task.", "Review: {number} tasks.", number)))
    reasons: Mapping[Reason, str] = {
        "due": _("due"),
        "new": _("new"),
        "hunt": _("a bug hunt"),
        "again": _("again"),
    }
    screen.table(tuple((task.lesson, reasons[task.reason]) for task in tasks))


def say_when_due(screen: PracticeScreen, store: Store) -> None:
    """Say what is due next, and when."""
    now = datetime.now().astimezone()
    screen.say(Message("note", next_due(overview(store.attempts(), (), (), {}, now))))
