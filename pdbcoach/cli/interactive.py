"""What the verbs that talk to a person have in common: options, language, screen, keyboard, Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pdbcoach import language
from pdbcoach.errors import Terminated

if TYPE_CHECKING:
    from pdbcoach.coach.course import Course
    from pdbcoach.front.interrupts import Interrupts
    from pdbcoach.front.practice import Practice
    from pdbcoach.front.reader import Reader
    from pdbcoach.front.screen import InteractiveScreen
    from pdbcoach.replay.result import Target
    from pdbcoach.report.screen import Screen


class Front(Struct):
    """Where a person sits."""

    screen: InteractiveScreen
    reader: Reader
    interrupts: Interrupts


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options that all of these verbs take."""
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python to debug with")
    parser.add_argument("--plain", action="store_true", help="no colour, no toolbar, no redrawing")
    parser.add_argument("--lang", metavar="LANGUAGE", help="language, e.g. zh (default: the locale's)")
    parser.add_argument("--no-color", action="store_true", help="no colour (also: NO_COLOR=1)")


def add_lesson_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verbs that practise."""
    parser.add_argument("--no-show", action="store_true", help="for instructors: no :show, no :skip")
    parser.add_argument("--no-predict", action="store_true", help="ask for no predictions")


def spoken(arguments: argparse.Namespace) -> str:
    """Return the language to use, such as ``zh`` or ``zh_CN.UTF-8``. From now on it is used."""
    lang: str = arguments.lang or language.locale_of(os.environ)
    language.use(lang)
    return lang


@contextmanager
def fronting(arguments: argparse.Namespace, history: Path | None) -> Iterator[Front]:
    """Give a front end as the options want it; signals and the terminal are as before afterwards.

    ``history`` is the file that keeps the lines for the up arrow.
    """
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.front.interrupts import Interrupts
    from pdbcoach.front.screen import InteractiveScreen
    from pdbcoach.report.screen import Screen

    color = not (arguments.no_color or arguments.plain or os.environ.get("NO_COLOR"))
    interrupts, screen = Interrupts(), Screen(sys.stdout, color=color)
    with (
        one_interruption(),
        interrupts.caught(),
        closing(_reader(screen, arguments.plain, color, history)) as reader,
    ):
        try:
            yield Front(InteractiveScreen(screen), reader, interrupts)
        except OSError as problem:
            if problem.errno == errno.EIO:  # the terminal is closed, and its signal may be late
                raise Terminated(signal.SIGHUP) from None
            raise


@contextmanager
def practising(
    arguments: argparse.Namespace, target: Target, library: Callable[[], Course]
) -> Iterator[Practice]:
    """Give a practice as the options want it. Its records are closed afterwards."""
    from pdbcoach.front.book import Book
    from pdbcoach.front.practice import Practice, Wishes
    from pdbcoach.progress.store import Store

    with closing(Store.open()) as store:
        history = store.path.with_name("history") if store.path is not None else None
        with fronting(arguments, history) as front:
            wishes = Wishes(
                spoken(arguments),
                getattr(arguments, "stage", None),
                arguments.no_show,
                predict=not arguments.no_predict,
            )
            yield Practice(library, target, Book(store), front.screen, front.reader, front.interrupts, wishes)


def _reader(screen: Screen, plain: bool, color: bool, history: Path | None) -> Reader:
    """Return where lines come from."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # whatever is typed, reading it must not fail
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        from pdbcoach.front.plain import PlainReader

        return PlainReader(sys.stdin, sys.stdout)
    from pdbcoach.front.terminal import TerminalReader

    return TerminalReader(screen, history, color=color)
