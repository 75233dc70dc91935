"""A conversation of a person with a debugger: reads lines, types them, and shows what comes of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import inf
from typing import Final

from msgspec.structs import replace

from pdbcoach.coach import words
from pdbcoach.coach.words import NoWord, Word
from pdbcoach.front.current import CurrentProcess
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.interrupts import Interrupts
from pdbcoach.front.messages import why_not
from pdbcoach.front.purpose import Purpose
from pdbcoach.front.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Reader, Reply
from pdbcoach.front.screen import InteractiveScreen
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.scenario.model import Key, Send

_FOREVER: Final = 1e6
"""Seconds to wait for a program where a person can press Ctrl-C."""
_LONG_WAIT: Final = 3.0
"""Seconds after which a person who waits for the program is told how to stop it."""
_IGNORED_AFTER: Final = 2.0
"""Seconds after which a program has ignored Ctrl-C, and the person is asked what to do."""
_ON_ITS_WAY: Final = 3.0
"""Seconds that a process gets to come into being, if the line that asks for it comes from a pipe."""
_GLANCE: Final = 0.001
"""Seconds to take in what happens, each time that it is looked at while a line is edited."""
_NEWS_EVERY: Final = 0.05
"""Seconds between two pieces of output, so that showing it doesn't slow the program down."""


class Conversation:
    """Reads lines, types them, and shows what comes. The caller launches the debugger and closes it."""

    def __init__(
        self, debugger: Debugger, screen: InteractiveScreen, reader: Reader, interrupts: Interrupts
    ) -> None:
        self.debugger = debugger
        self.screen = screen
        self.reader = reader
        self.interrupts = interrupts
        self.window = Window(screen, debugger)
        self.current = CurrentProcess(self.window, debugger)
        self._remark_on_waiting_at = inf
        self._news_from = 0.0
        """Times of the monotonic clock."""

    def hold(self, purpose: Purpose) -> None:
        """Talk until ``purpose`` is over."""
        self.arrive(purpose)
        while purpose.prepare():
            self._listen(purpose)

    def arrive(self, purpose: Purpose) -> None:
        """Wait until the program is at its first prompt, and show what it has printed."""
        self.debugger.watch = self._watch
        self.debugger.impatient = lambda: self.interrupts.pending
        self.debugger.slow = self.window.takes_a_moment
        self.debugger.arrive()
        self.window.news(whole_lines=False)
        self.current.settle(purpose.wanted_key)

    # --- reading

    def _listen(self, purpose: Purpose) -> None:
        """Take one line, key or change, whatever it is."""
        ask = self._completed(purpose.ask(), purpose)
        match self._read(ask):
            case Entered(text, cut_short):
                if cut_short:
                    self.interrupts.press()
                self.take(text, purpose)
            case EndOfFile() if not self.reader.is_person:
                purpose.leave(unfinished=True)
            case EndOfFile() if ask.secret:
                self.take("", purpose)
            case EndOfFile() if not (self.current.waits or self.current.runs):
                purpose.leave()
            case EndOfFile():
                self.type(Key("ctrl-d"), purpose)
            case Interrupt():
                self._interrupt(purpose)
            case Changed():
                self.window.news()
                purpose.noticed()
                self.current.settle(purpose.wanted_key)

    def _completed(self, ask: Ask, purpose: Purpose) -> Ask:
        after = {word.name: purpose.following.get(word.name, _nothing) for word in purpose.words}
        return replace(
            ask,
            interrupts=self._takes_ctrl_c(purpose),
            after={**after, "in": lambda: list(self.debugger.views)},
            words=(*ask.words, ":quit", ":help"),
        )

    def _read(self, ask: Ask) -> Reply:
        before = self.current.view

        def look() -> bool:
            self.debugger.pass_time(_GLANCE)
            self.window.news()
            self.window.changes(self.current.name)
            now = self.current.view
            return now is not None and (before is None or now.phase != before.phase)

        reply = self.interrupts.ending(lambda: self.reader.read(ask, lambda: self.interrupts.after(look)))
        return Interrupt() if reply is None else reply

    def take(self, text: str, purpose: Purpose) -> None:
        """Take a line that was entered, whatever it is for."""
        match words.read(text, purpose.words):
            case Word() as word:
                self._obey(word, purpose)
            case NoWord(wrong, near):
                meant = (
                    _("Did you mean `:{word}`?").format(word=near)
                    if near
                    else _("`:help` lists the words you can use.")
                )
                self.window.say(_("There's no word `{word}`.").format(word=wrong) + " " + meant)
            case None if purpose.takes(text):
                pass
            case None if (reason := why_not(text)) is not None:
                self.window.say(reason)
            case None:
                self.type(Send(text), purpose)

    def _obey(self, word: Word, purpose: Purpose) -> None:
        match word.name:
            case "state":
                self.window.states(self.current.name)
            case "in":
                self.current.look_for(word.rest, 0.0 if self.reader.is_person else _ON_ITS_WAY)
            case "interrupt":
                self._interrupt(purpose, asked=True)
            case "eof":
                self.type(Key("ctrl-d"), purpose)
            case "quit":
                purpose.leave()
            case "help":
                self.screen.table(words.explained(purpose.words))
            case own:
                purpose.obey(own, word.rest)

    # --- typing

    def type(self, action: Send | Key, purpose: Purpose) -> None:
        """Type at the current process, and show what comes of it."""
        if not self._is_read(action, purpose):
            return
        purpose.before_typing(action)
        name = self.current.name
        view = self.debugger.views[name]
        if isinstance(action, Key):
            self.window.key(name)
        else:
            self._remark_on_waiting_at = time.monotonic() + _LONG_WAIT
        attempt = self.debugger.type(
            action, name, purpose.outlook, purpose.repeated(name), patience=self._patience(action, purpose)
        )
        self._remark_on_waiting_at = inf
        prompt = view.prompt.text if view.prompt is not None else ""
        line = attempt.used if isinstance(action, Send) else None
        self.window.output(name, prompt, line, attempt.output)
        cut_short = self._was_interrupted()
        purpose.typed(attempt, overtaken=cut_short and self.current.runs)
        self.current.settle(purpose.wanted_key)
        if cut_short:
            self._interrupt(purpose)

    def _patience(self, action: Send | Key, purpose: Purpose) -> float:
        """Return the seconds to wait until the process is at a prompt again, or has ended."""
        if action == Key("ctrl-c"):
            return _IGNORED_AFTER
        return _FOREVER if self.reader.is_person else purpose.patience

    def _is_read(self, action: Send | Key, purpose: Purpose) -> bool:
        """Return whether the current process reads ``action``; if not, say so. Ctrl-C needs no prompt."""
        current = self.current
        if current.runs and action == Key("ctrl-c"):
            return True
        if not current.waits and action == Send(""):
            return False
        if current.waits or current.arrives(self.debugger.scenario.timeout):
            return True
        if self._was_interrupted():
            self._interrupt(purpose)
        else:
            current.say_that_it_reads_nothing()
        return False

    # --- Ctrl-C

    def _interrupt(self, purpose: Purpose, *, asked: bool = False) -> None:
        """Pass Ctrl-C on to the program if it is meant for it. ``asked``: ``:interrupt`` was typed."""
        if self._takes_ctrl_c(purpose):
            self.type(Key("ctrl-c"), purpose)
        elif asked:
            view = self.current.view
            how = view.describe() if view is not None else self.current.name
            self.window.say(_("There's nothing to interrupt: {process}.").format(process=how))

    def _takes_ctrl_c(self, purpose: Purpose) -> bool:
        """Return whether Ctrl-C is for the program: it runs, it asks for something, or Ctrl-C is wanted."""
        current, wanted = self.current, purpose.wanted_key
        is_wanted = wanted is not None and wanted.key == "ctrl-c"
        return current.runs or current.asks or (current.waits and is_wanted)

    def _was_interrupted(self) -> bool:
        """Return whether Ctrl-C was pressed while no line was read, and show it if it was."""
        came = self.interrupts.take()
        if came:
            self.reader.interrupted()
        return came

    def _watch(self) -> None:
        """While the program runs, show what it prints, and say how to stop it when that takes long."""
        if time.monotonic() > self._news_from:
            self.window.news()
            self._news_from = time.monotonic() + _NEWS_EVERY
        if self.reader.is_person and time.monotonic() > self._remark_on_waiting_at:
            self._remark_on_waiting_at = inf
            said = _("`{name}` is running. Press Ctrl-C to stop it.")
            self.window.say(said.format(name=self.current.name))


def _nothing() -> Sequence[str]:
    return ()
