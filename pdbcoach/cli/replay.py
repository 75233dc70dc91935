"""``pdbcoach replay``: run scenarios with the real pdb and show whether each step is as expected."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Generator, Sequence
from contextlib import closing, nullcontext
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pdbcoach.cli.formats import add_formats, open_screen, read_by_github, write_formats
from pdbcoach.cli.parser import Verbs, add_cold, add_jobs, add_sandbox, jobs, positive
from pdbcoach.cli.targets import chosen_interpreters, targets_of
from pdbcoach.errors import Exit, Interrupted, PdbcoachError
from pdbcoach.language import locale_of

if TYPE_CHECKING:
    from pdbcoach.cli.pace import Pace
    from pdbcoach.replay.actions import Options
    from pdbcoach.replay.result import Event, ScenarioResult, Target
    from pdbcoach.report.console import ConsoleReport
    from pdbcoach.report.replayed import NotRun, Replayed
    from pdbcoach.scenario.model import Scenario

    Play = tuple[Scenario, Target]


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "replay",
        help="run scenarios on the real pdb and check them",
        description="Runs scenarios on the real pdb and shows, step by step, whether the result is as "
        "expected. A scenario runs code: replay only what you would run yourself.",
        epilog="Exit status: 0 all as expected, 1 something differed, 2 something could not be run, "
        "130 interrupted.",
    )
    parser.add_argument(
        "what",
        nargs="+",
        metavar="FILE|DIRECTORY|ID",
        help="a scenario file, a directory of them, or a shipped scenario",
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH|VERSION|all",
        help="the Python to debug with, such as 3.13; repeat it for more; 'all': every supported one found "
        "(default: the one that runs pdbcoach)",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="show only failures and the summary")
    parser.add_argument(
        "--speed", type=positive, metavar="N", help="type at human pace: 1 is normal, 2 twice as fast"
    )
    parser.add_argument("--step", action="store_true", help="wait for a key before each line (q: leave)")
    parser.add_argument(
        "--keep", action="store_true", help="keep the work directories, and print their paths"
    )
    add_jobs(parser, "-j", "--jobs")
    add_cold(parser)
    add_sandbox(parser)
    parser.add_argument(
        "--timeout-factor",
        type=positive,
        default=1.0,
        metavar="X",
        help="multiply all time limits (for slow machines)",
    )
    parser.add_argument(
        "--lang", metavar="LANGUAGE", help="language of the prose, such as zh (default: the locale's)"
    )
    add_formats(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    pace_wanted = _is_demonstration(arguments)
    from pdbcoach.cli.configuration import in_sandbox

    sandbox = in_sandbox(arguments.sandbox)
    pythons = chosen_interpreters(arguments.python)
    if not (arguments.cold or sandbox):
        # It starts while the imports below run.
        from pdbcoach.engine import prefork

        prefork.get_ready(pythons[0].executable)
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.replay.actions import Options
    from pdbcoach.report.console import ConsoleReport
    from pdbcoach.report.summary import summarise
    from pdbcoach.report.workflow import stopped
    from pdbcoach.scenario.packs import load_all

    screen = open_screen(arguments)
    chosen = load_all(arguments.what, lang=arguments.lang or locale_of(os.environ))
    if not chosen:
        raise PdbcoachError(f"no scenarios in {', '.join(arguments.what)}")
    targets = targets_of(pythons, sandbox)

    report = ConsoleReport(screen, quiet=arguments.quiet)
    replays = Replays(
        report,
        _pace(arguments, report) if pace_wanted else None,
        at_once=1 if pace_wanted else jobs(arguments),
    )
    options = Options(keep=arguments.keep, timeout_factor=arguments.timeout_factor, cold=arguments.cold)
    try:
        with one_interruption(), stopped(screen) if read_by_github(arguments) else nullcontext():
            replayed = replays.play(chosen, targets, options)
            report.close()
            if arguments.quiet or len(replayed.results) + len(replayed.not_run) > 1:
                screen.lines(summarise(replayed))
    finally:
        report.close()
    write_formats(arguments, replayed, screen)
    return replays.exit_code


def _is_demonstration(arguments: argparse.Namespace) -> bool:
    """Return whether typing is shown at a person's pace. Raises PdbcoachError if other options exclude it."""
    wanted = arguments.step or arguments.speed is not None
    if wanted and arguments.quiet:
        raise PdbcoachError("--quiet doesn't show what --speed and --step are for", "leave one of them out")
    if wanted and arguments.jobs > 1:
        raise PdbcoachError("--speed and --step show one scenario at a time", "leave out -j")
    if arguments.step:
        from pdbcoach.cli.pace import check_terminal

        check_terminal()
    return bool(wanted)


class Replays(Struct):
    """Plays scenarios, has each event drawn, and keeps the results."""

    report: ConsoleReport
    pace: Pace | None = None
    at_once: int = 1
    results: list[ScenarioResult] = field(default_factory=list)
    not_run: list[NotRun] = field(default_factory=list)
    left: bool = False
    """The person left a demonstration before its end."""

    def play(self, scenarios: Sequence[Scenario], targets: Sequence[Target], options: Options) -> Replayed:
        """Play every scenario on every target. All sessions are closed when this returns or raises.

        A scenario that can't be run doesn't stop the others; the only one raises PdbcoachError.
        """
        from pdbcoach.report.replayed import NotRun, Replayed

        started = time.monotonic()
        plays = [(scenario, target) for target, scenario in product(targets, scenarios)]
        try:
            with closing(self._replays(plays, options)) as replays:
                for (scenario, target), events in replays:
                    try:
                        self._draw(events)
                    except PdbcoachError as error:
                        if len(plays) == 1:
                            raise
                        self.not_run.append(NotRun(scenario, target, error))
                        self.report.could_not_run(str(self.not_run[-1]))
        except Interrupted:
            self.left = True
        return Replayed(tuple(self.results), tuple(self.not_run), time.monotonic() - started)

    def _replays(self, plays: Sequence[Play], options: Options) -> Generator[tuple[Play, Generator[Event]]]:
        if self.at_once == 1 or len(plays) == 1:
            yield from ((play, _replay(*play, options)) for play in plays)
            return
        from pdbcoach.replay.ahead import Ahead, working

        ahead = [Ahead(partial(_replay, *play)) for play in plays]
        with working(ahead, options, self.at_once):
            yield from ((play, one.results()) for play, one in zip(plays, ahead, strict=True))

    def _draw(self, events: Generator[Event]) -> None:
        from pdbcoach.replay.result import ScenarioFinished, StepStarted

        with closing(events):
            for event in events:
                self.report.handle(event)
                if isinstance(event, ScenarioFinished):
                    self.results.append(event.result)
                elif isinstance(event, StepStarted) and self.pace is not None:
                    self.pace.before(event)

    @property
    def exit_code(self) -> int:
        if self.left:
            return Exit.INTERRUPTED
        if self.not_run:
            return Exit.COULD_NOT_RUN
        failed = any(result.verdict == "failed" for result in self.results)
        return Exit.DIFFERED if failed else Exit.OK


def _replay(scenario: Scenario, target: Target, options: Options) -> Generator[Event]:
    from pdbcoach.replay.runner import replay

    return replay(scenario, target, options=options)


def _pace(arguments: argparse.Namespace, report: ConsoleReport) -> Pace:
    from pdbcoach.cli.pace import Pace, wait_for_key

    if arguments.step:
        report.remark("Enter or space: type the next line. q: leave.")
    return Pace(report, arguments.speed, wait_for_key if arguments.step else None)
