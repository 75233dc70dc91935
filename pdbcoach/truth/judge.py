"""Judges one try: what was said that isn't so, what help leads nowhere, and which right way was refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct, field

from pdbcoach.coach.attempt import Views, state_of
from pdbcoach.facts import At
from pdbcoach.pdb.line import Line
from pdbcoach.truth.mentions import differing, literal, mentions
from pdbcoach.truth.sentences import Denied, denied, sentences
from pdbcoach.truth.situation import Situation
from pdbcoach.truth.tries import AskedStep, Exchange, Heard, Help, OwnRoad, TextKind, Try

DoubtKind = Literal["truth", "help", "refused"]

_FOR_WHY: Final = frozenset({"count", "value", "line", "moved"})
_FOR_TOLD: Final = frozenset({"ended", "value", "line", "count"})
_SHOWING: Final = frozenset({"look", "change"})


class Doubt(Struct, frozen=True):
    """One thing that is wrong with what the coach says or accepts."""

    kind: DoubtKind
    at: int
    """The index of the step whose text it is."""
    text: TextKind | Literal["show", "task"]
    rule: str
    said: str
    observed: str
    typed: tuple[str, ...]
    """The lines of the step up to the one that it is about."""
    cure: str = ""


class Judge(Struct):
    """Judges tries, and keeps count of the sentences that it could read."""

    heard: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    misread: set[str] = field(default_factory=set)
    """Sentences that a rule denies on the lesson's own road, where the author has seen them: it misreads
    them."""

    def know(self, road: OwnRoad) -> None:
        """Take in what is said on the lesson's own road."""
        now = Situation(road.asked.step.process, road.asked.views, (road.own,), road.own.after)
        for heard in road.own.heard:
            for sentence in sentences(heard.text):
                self.misread |= {found.sentence for found in denied(sentence, now) if found is not None}

    def judge(self, one: Try) -> Iterator[Doubt]:
        """Yield everything that is wrong in a try."""
        for number, exchange in enumerate(one.exchanges, 1):
            situation = Situation(
                one.road.asked.step.process, one.road.asked.views, one.exchanges[:number], exchange.after
            )
            for heard in exchange.heard:
                yield from self._said(heard, one.road, situation)
        yield from self._asked_for(one)
        if one.following is not None:
            yield from self._next(one, one.following)
        yield from _help(one)
        yield from _refusals(one)

    def _said(self, heard: Heard, road: OwnRoad, now: Situation) -> Iterator[Doubt]:
        """Judge what was said to a line of the step."""
        rules = _FOR_WHY if heard.source == "why" else None
        yield from self._absolute(heard, road.asked.at, now, rules)
        if heard.source == "why":
            own = (road.own.before, road.own.after)
            here = (now.last.before, now.last.after)
            yield from self._literal(heard, road.asked.at, now.process, road.own.heard, here, own, now.typed)

    def _asked_for(self, one: Try) -> Iterator[Doubt]:
        """Judge the hints that the learner could have asked for after the perturbation."""
        if one.help is None:
            return
        asked, here = one.road.asked, (one.exchanges[-1].before,)
        for heard in one.help.hints:
            yield from self._literal(
                heard, asked.at, asked.step.process, asked.help.hints, here, (asked.views,), one.typed[:-1]
            )

    def _next(self, one: Try, following: AskedStep) -> Iterator[Doubt]:
        """Judge what is said when the next step begins, and its hints."""
        for heard in following.heard:
            if heard.source in ("remark", "why"):
                yield from self._between(heard, one, following)
        own = one.road.following
        if own is None or own.at != following.at:
            return
        here, theirs = (one.exchanges[-1].after, following.views), (one.road.own.after, own.views)
        for heard in (*following.heard, *following.help.hints):
            yield from self._literal(
                heard,
                following.at,
                own.step.process,
                (*own.heard, *own.help.hints),
                here,
                theirs,
                one.typed,
            )

    def _between(self, heard: Heard, one: Try, following: AskedStep) -> Iterator[Doubt]:
        """Judge what was said before or after the coach's own steps: it must be so at one of these times."""
        asked = one.road.asked
        then, now = (
            {doubt.said: doubt for doubt in self._absolute(heard, asked.at, time, _FOR_TOLD)}
            for time in (
                Situation(asked.step.process, asked.views, one.exchanges, views)
                for views in (one.exchanges[-1].after, following.views)
            )
        )
        yield from (now[said] for said in now if said in then)

    def _absolute(
        self, heard: Heard, at: int, now: Situation, rules: frozenset[str] | None
    ) -> Iterator[Doubt]:
        for sentence in sentences(heard.text):
            self.heard.add(sentence)
            for found in denied(sentence, now):
                self.read.add(sentence)
                is_meant = rules is None or (found is not None and found.rule in rules)
                if found is not None and is_meant and sentence not in self.misread:
                    yield _of(found, heard, at, now.typed)

    def _literal(
        self,
        heard: Heard,
        at: int,
        process: str,
        own_texts: Collection[Heard],
        here: Sequence[Views],
        own: Sequence[Views],
        typed: tuple[str, ...],
    ) -> Iterator[Doubt]:
        self.heard |= set(sentences(heard.text))
        for sentence in literal(heard.text, own_texts):
            if mentions(sentence):
                self.read.add(sentence)
            for found in differing(sentence, process, here, own):
                yield _of(found, heard, at, typed)


def _of(found: Denied, heard: Heard, at: int, typed: tuple[str, ...]) -> Doubt:
    return Doubt("truth", at, heard.source, found.rule, found.sentence, found.observed, typed, found.cure)


# --- help ----------------------------------------------------------------------------------------


def _help(one: Try) -> Iterator[Doubt]:
    """Yield it if the learner is astray, and what they are told leads nowhere."""
    if one.perturbation.kind != "astray" or one.by_itself or one.help is None:
        return
    after = " ".join(f"`{line}`" for line in one.typed[:-1])
    if one.back is None and not one.is_done:
        yield from _told(one, one.help, after)
    elif one.back is not None and not one.back.is_done:
        said = f"`:undo {one.help.undo}`, then `{one.help.line}`"
        observed = f"that doesn't do the step after {after}"
        yield Doubt("help", one.road.asked.at, "show", "back", said, observed, one.typed[:-1])


def _told(one: Try, help: Help, after: str) -> Iterator[Doubt]:
    """Yield it if the line shown is an error there, or nothing that was said names a way back."""
    at, last = one.road.asked.at, one.exchanges[-1]
    told = " ".join([help.shown, *(heard.text for each in one.exchanges for heard in each.heard)])
    if _is_error(last.output) and not _is_error(one.road.own.output):
        error = _first_word(last.output)
        observed = f"`{last.typed}` is a {error} after {after}"
        yield Doubt("help", at, "show", "error", help.shown, observed, one.typed)
    elif not any(way in told for way in (":undo", ":skip", ":reset")):
        observed = f"after {after}, `{last.typed}` doesn't do the step, and no way back is named"
        yield Doubt("help", at, "remark", "astray", told, observed, one.typed)


def _is_error(output: str) -> bool:
    return any(line.startswith("***") for line in output.splitlines())


def _first_word(output: str) -> str:
    error = next(line for line in output.splitlines() if line.startswith("***"))
    return error.removeprefix("***").strip().partition(":")[0][:60]


# --- refused -------------------------------------------------------------------------------------


def _refusals(one: Try) -> Iterator[Doubt]:
    prose = one.road.asked.step.prose
    if prose.must_use or prose.forbid:
        return
    found = _spelling(one) or _effect(one)
    if found is not None:
        rule, exchange = found
        typed = one.typed[: one.exchanges.index(exchange) + 1]
        lacks = ", ".join(sorted(exchange.missing))
        yield Doubt(
            "refused",
            one.road.asked.at,
            "task",
            rule,
            one.road.asked.heard[-1].text if one.road.asked.heard else "",
            f"{', '.join(f'`{line}`' for line in typed)} {_led_to(one, exchange)}",
            typed,
            f"missing: {lacks}" if lacks else "all facts of the step hold",
        )


def _led_to(one: Try, exchange: Exchange) -> str:
    state = state_of(one.road.asked.step.process, exchange.after)
    if state is None:
        return "isn't accepted"
    return f"stops in `{state.stop.function}` at line {state.stop.line}, and isn't accepted"


def _spelling(one: Try) -> tuple[str, Exchange] | None:
    """Return it if the same line in another spelling wasn't taken."""
    first = one.exchanges[0]
    if one.perturbation.kind != "road" or one.by_itself or len(one.perturbation.lines) != 1:
        return None
    if first.missing or _is_error(first.output) or Line.parse(first.typed).first.command is None:
        return None
    if one.perturbation.name == "after `;;`":
        return "spelling", first
    same = first.output.strip().strip("'\"") == one.road.own.output.strip().strip("'\"")
    return ("spelling", first) if same else None


def _effect(one: Try) -> tuple[str, Exchange] | None:
    """Return it if the step is not done although what it asks for has come about."""
    last, own = one.exchanges[-1], one.road.own
    if one.is_done or state_of(one.road.asked.step.process, last.before) is None:
        return None  # done, or typed at another process
    same = last.output.strip() == own.output.strip()
    if not last.missing:
        return ("facts", last) if one.perturbation.kind == "road" or same else None
    return _other_effect(one, last, same=same)


def _other_effect(one: Try, last: Exchange, *, same: bool) -> tuple[str, Exchange] | None:
    """Return it if only the place, the event or the learner's own breakpoint differs."""
    match one.perturbation.kind:
        case "road":
            led = one.exchanges[max(0, len(one.exchanges) - 2)]
            return ("event", led) if _comes_by_another_event(one, led) else None
        case "astray" if last.missing <= {"at"} and not _is_error(last.output):
            return ("elsewhere", last) if _has_its_effect(one, last, same=same) else None
        case "own" if last.missing == {"breakpoints"}:
            return "own breakpoint", last
        case _:
            return None


def _has_its_effect(one: Try, last: Exchange, *, same: bool) -> bool:
    """Return whether it has changed something, or shown what the step's own line shows."""
    effect = one.road.asked.goal.effect
    return effect == "change" or (effect == "look" and same and bool(last.output.strip()))


def _comes_by_another_event(one: Try, led: Exchange) -> bool:
    """Return whether the detour has led to the function that is asked for, by another event."""
    place, here = one.road.asked.step.facts.of(At), state_of(one.road.asked.step.process, led.after)
    if place is None or here is None:
        return False
    return here.stop.function == place.function and here.event != place.event
