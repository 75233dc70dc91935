"""Which English sentences can be read, and what each of them needs to be true.

A rule is a pattern and a function that says what is so instead. A sentence that no rule reads is not
judged. The tool's own sentences and the authors' are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from pdbcoach.coach.attempt import is_same_stop, state_of
from pdbcoach.pdb.line import Line
from pdbcoach.truth.perturbations import is_beside_the_point
from pdbcoach.truth.situation import Situation, brief

Denial = Callable[[re.Match[str], Situation], str | None]
"""Return what is so instead of what the sentence says; None if it is true, or can't be told."""


class SentenceRule(Struct, frozen=True):
    name: str
    pattern: re.Pattern[str]
    denies: Denial
    cure: str


class Denied(Struct, frozen=True):
    """A sentence that is not true."""

    rule: str
    sentence: str
    observed: str
    cure: str = ""


_END: Final = re.compile(r"(?<=[.!?:])\s+")
_NAME: Final = r"`([A-Za-z_]\w*)`"
_LITERAL: Final = r"(-?\d+(?:\.\d+)?|'[^']*'|\[[^\]]*\]|None|True|False)"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [one for one in _END.split(text.replace("\n", " ").strip()) if one]


def denied(sentence: str, situation: Situation) -> Iterator[Denied | None]:
    """Yield for each rule that reads the sentence what is so instead, or None."""
    for rule in _RULES:
        if sentence.endswith("?"):
            return
        for match in rule.pattern.finditer(sentence):
            observed = rule.denies(match, situation)
            yield None if observed is None else Denied(rule.name, sentence, observed, rule.cure)


# --- where the program is ------------------------------------------------------------------------


def _line(match: re.Match[str], now: Situation) -> str | None:
    state = now.state
    if state is None or int(match[1]) in (state.stop.line, state.focus.line):
        return None
    return f"the stop is line {state.stop.line}"


def _same_place(_match: re.Match[str], now: Situation) -> str | None:
    began, before, state = now.began, state_of(now.process, now.last.before), now.state
    if began is None or before is None or state is None:
        return None
    if is_same_stop(began, state) or is_same_stop(before, state):
        return None
    return f"the step began at line {began.stop.line}; this is line {state.stop.line}, event `{state.event}`"


def _another_place(_match: re.Match[str], now: Situation) -> str | None:
    began, state = now.began, now.state
    stayed = began is not None and state is not None and is_same_stop(began, state)
    if not stayed or any(map(now.ran, now.exchanges)) or now.was_restarted or now.has_ended or state is None:
        return None
    return f"it is where the step began, line {state.stop.line}"


def _right_place(_match: re.Match[str], now: Situation) -> str | None:
    lacks = now.last.missing & {"at", "focus"}
    return f"`{min(lacks)}` of the step doesn't hold" if lacks else None


# --- what has run --------------------------------------------------------------------------------


def _call_is_over(_match: re.Match[str], now: Situation) -> str | None:
    if now.was_restarted or now.has_ended:
        return "the program has started again since, so in this run the call hasn't begun"
    return None


def _has_run(_match: re.Match[str], now: Situation) -> str | None:
    return "it was jumped over: it hasn't run" if now.has_only_jumped else None


def _one_line(_match: re.Match[str], now: Situation) -> str | None:
    return "a jump runs no line" if Line.parse(now.last.typed).first.name == "jump" else None


def _ran_to_its_end(_match: re.Match[str], now: Situation) -> str | None:
    if now.has_ended or now.began is None:
        return None
    return "`restart` started it again" if now.was_restarted else "it hasn't ended in this step"


def _process_ended(match: re.Match[str], now: Situation) -> str | None:
    view = now.after.get(match[1])
    if view is None or view.phase in ("zombie", "gone"):
        return None
    return f"`{match[1]}` is {view.phase}"


def _process_crashed(match: re.Match[str], now: Situation) -> str | None:
    view = now.after.get(match[1])
    if view is None or view.state is None or view.state.event in ("post-mortem", "exception"):
        return None
    return f"`{match[1]}` is at line {view.state.stop.line}, and nothing was raised there"


def _a_child_crashed(_match: re.Match[str], now: Situation) -> str | None:
    children = [view for name, view in now.after.items() if name != "main"]
    crashed = any(view.state is not None and view.state.event == "post-mortem" for view in children)
    ended = any(view.exit is not None and view.exit.code != 0 for view in children)
    return None if crashed or ended else "no child has"


# --- breakpoints and values ----------------------------------------------------------------------


def _no_breakpoint(_match: re.Match[str], now: Situation) -> str | None:
    return brief(now.table) if any(row.enabled for row in now.table.values()) else None


def _count_of(number: int) -> Denial:
    def denies(_match: re.Match[str], now: Situation) -> str | None:
        return brief(now.table) if now.state is not None and len(now.table) != number else None

    return denies


def _still_there(_match: re.Match[str], now: Situation) -> str | None:
    return "there is no breakpoint" if now.state is not None and not now.table else None


def _value(match: re.Match[str], now: Situation) -> str | None:
    known = now.values.get(match[1])
    return f"`{match[1]}` is {known}" if known is not None and known != match[2] else None


def _no_such_name(match: re.Match[str], now: Situation) -> str | None:
    known = now.values.get(match[1])
    return None if known is None else f"`{match[1]}` is {known}"


# --- what was typed ------------------------------------------------------------------------------


def _typed(_match: re.Match[str], now: Situation) -> str | None:
    if now.did_nothing and is_beside_the_point(now.last.typed):
        return f"only `{now.last.typed}` was typed"
    return None


def _rule(name: str, pattern: str, denies: Denial, cure: str) -> SentenceRule:
    return SentenceRule(name, re.compile(pattern), denies, cure)


_PLACE: Final = "guard it with a `when` that names the line"
_EVENT: Final = "guard it with a `when` that holds only if this has happened"
_VALUE: Final = "say it without the value, or guard it with `when: {values: …}`"
_COUNT: Final = "say it without a count, or guard it with `when: {breakpoints: …}`"

_RULES: Final[Sequence[SentenceRule]] = (
    _rule("line", r"You(?:'re| are|'ve stopped| stand)(?: still| already| back| now)? (?:at|on) line (\d+)",
          _line, _PLACE),
    _rule("line", r"The arrow is (?:still |now )?(?:at|on) line (\d+)", _line, _PLACE),
    _rule("moved", r"(?:The program|It|The arrow|the program) (?:has not|hasn't) moved|Nothing has moved"
          r"|You(?:'re| are) where you were", _same_place, _EVENT),
    _rule("moved", r"(?:You(?:'ve| have)|The program has) moved(?! by)(?!.* or )", _another_place, _EVENT),
    _rule("place", r"You(?:'re| are) (?:in|at) the right place", _right_place, _EVENT),
    _rule("over", rf"[Tt]he call of {_NAME}.* is over", _call_is_over, _EVENT),
    _rule("run", r"Line (\d+) has run", _has_run, _EVENT),
    _rule("run", r"That was (?:only |just )?(?:one|a)(?: single| more)? line\b(?! too far)", _one_line,
          _EVENT),
    _rule("ended", r"^(?!Let )(?:.* )?(?:The program|It|the program) (?:ran|has run) to its end"
          r"|`c` ran to the end of the program", _ran_to_its_end, _EVENT),
    _rule("ended", r"`(main[.\d]*)` has ended", _process_ended, _EVENT),
    _rule("ended", r"`(main[.\d]*)` has (?:crashed|failed)", _process_crashed, _EVENT),
    _rule("ended", r"[Tt]he child has (?:crashed|failed)", _a_child_crashed, _EVENT),
    _rule("count", r"(?:There(?: is|'s)|was) (?:still )?no breakpoint(?: yet| left)?(?! \d)(?! on| in| ahead)"
          r"|No breakpoints? (?:is|are) (?:left|set)(?! ahead)", _no_breakpoint, _COUNT),
    _rule("count", r"\bone breakpoint only|only one breakpoint\b|[Nn]umber \d+ is alone", _count_of(1),
          _COUNT),
    _rule("count", r"\bBoth breakpoints are\b(?! gone)", _count_of(2), _COUNT),
    _rule("count", r"with the breakpoint still set|[Tt]he breakpoint is still (?:there|set)", _still_there,
          _COUNT),
    _rule("value", rf"{_NAME}(?: is|'s| has| holds| still is)(?: still| now| its default,| already)*"
          rf"(?: the value)? `?{_LITERAL}`?(?=[\s.,;:!?)]|$)", _value,
          _VALUE),
    _rule("value", rf"name {_NAME} (?:does not|doesn't) exist", _no_such_name, _VALUE),
    _rule("typed", r"^(?:`[^`]+` )?(?:That (?:was|set|removed|left|ran|let|switched|made|printed|lists"
          r"|deleted|starts|listed|shows|one)\b|You (?:typed|printed|saw|asked|finished|jumped|took)\b"
          r"|If you saw|One line too far|Not all of them|It stopped you|Too far)",
          _typed, "say it without what was typed, or begin with the command in backquotes"),
)  # fmt: skip
