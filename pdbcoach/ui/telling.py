"""The coach's words that only tell something, and what is asked of the learner now."""

from __future__ import annotations

from pdbcoach.coach import words
from pdbcoach.coach.attempt import Views
from pdbcoach.coach.lesson import Asks, Lesson
from pdbcoach.coach.recap import score, used
from pdbcoach.coach.says import Say
from pdbcoach.language import _
from pdbcoach.ui.reader import Ask
from pdbcoach.ui.report import report
from pdbcoach.ui.window import Window


def tell(word: words.Name, lesson: Lesson, window: Window) -> None:
    """Answer ``word``, if it is one that only tells something."""
    match word:
        case "goal":
            window.says(Say("task", lesson.task()))
            ticks = lesson.ticks()
            if len(ticks) > 1:
                window.screen.facts(ticks)
        case "state":
            for view in window.debugger.views.values():
                window.say(view.describe() + ".")
        case "why":
            window.say(lesson.why or _("Nothing has been done yet."))
        case "par":
            window.say(score(lesson))
        case "recap":
            window.say(used(lesson))
        case "report":
            window.screen.lines(report(lesson, window.transcript, window.debugger.views))
        case "help":
            window.screen.table(words.explained())
        case _:
            raise AssertionError(f":{word} does something")


def ask_for(lesson: Lesson, views: Views, current: str) -> Ask:
    """The prompt at which the learner's next line is read, while ``current`` is spoken to."""
    if lesson.now is not None and lesson.now.asking:
        return Ask(_("prediction (Enter skips) > "), secret=True)
    view = views.get(current)
    if view is not None and view.phase == "running":
        return Ask(_("[{name} runs] ").format(name=current), running=True)
    if view is None or view.prompt is None:
        return Ask(_("[{name} has ended] ").format(name=current))
    here = view.state
    names = (*here.local_values, *here.global_values) if here is not None else ()
    label = f"{current} " if len(views) > 1 else ""
    return Ask(label + view.prompt.text, repeats=_repeats(lesson, current), names=names)


def _repeats(lesson: Lesson, current: str) -> str:
    match lesson.turn():
        case Asks(_step, offered=True):
            return _("the coach types it")
        case _:
            return lesson.previous.get(current, "")
