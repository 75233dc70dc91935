"""``pdbcoach replay``: runs scenarios on the real pdb and says, step by step, whether they hold."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pdbcoach.cli.parser import Verbs, add_cold, add_sandbox, positive
from pdbcoach.cli.targets import chosen_interpreters, targets_of
from pdbcoach.errors import Exit, Left, PdbcoachError
from pdbcoach.language import locale_of

if TYPE_CHECKING:
    from pdbcoach.cli.pace import Pace
    from pdbcoach.replay.hand import Options
    from pdbcoach.replay.result import ScenarioResult, Target
    from pdbcoach.report.console import ConsoleReport
    from pdbcoach.scenario.model import Scenario


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "replay",
        help="run scenarios on the real pdb and check them",
        description="Runs scenarios on the real pdb and says, step by step, whether what was expected came. "
        "A scenario runs code: replay only what you would run yourself.",
        epilog="Exit status: 0 all as expected, 1 something differed, 2 something could not be run, "
        "130 interrupted.",
    )
    parser.add_argument(
        "what",
        nargs="+",
        metavar="FILE|FOLDER|ID",
        help="a scenario file, a folder of them, or a shipped scenario",
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH|VERSION|all",
        help="the Python to debug with, e.g. 3.13; may be given again; 'all': every supported one found "
        "(default: the one that runs pdbcoach)",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="show only failures and the summary")
    parser.add_argument(
        "--json",
        metavar="FILE|-",
        help="also write the results as JSON; '-': to standard output, all else to stderr",
    )
    parser.add_argument(
        "--speed", type=positive, metavar="N", help="type like a person: 1 at human pace, 2 twice as fast"
    )
    parser.add_argument("--step", action="store_true", help="wait for a key before each line (q leaves)")
    parser.add_argument("--keep", action="store_true", help="keep the work folders, and say where they are")
    add_cold(parser)
    add_sandbox(parser)
    parser.add_argument(
        "--timeout-factor",
        type=positive,
        default=1.0,
        metavar="X",
        help="multiply every time bound (slow machines)",
    )
    parser.add_argument(
        "--lang", metavar="LANGUAGE", help="language of the prose, e.g. zh (default: the locale's)"
    )
    parser.add_argument("--no-color", action="store_true", help="no colour (also: NO_COLOR=1)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    pace_wanted = arguments.step or arguments.speed is not None
    if arguments.quiet and pace_wanted:
        raise PdbcoachError(
            "--quiet shows nothing of what --speed and --step are for", "leave one of them out"
        )
    from pdbcoach.cli.configuration import in_sandbox

    sandbox = in_sandbox(arguments.sandbox)
    pythons = chosen_interpreters(arguments.python)
    if not (arguments.cold or sandbox):
        # It starts while we import, here and below, what we need ourselves.
        from pdbcoach.engine import warm

        warm.get_ready(pythons[0].executable)
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.replay.hand import Options
    from pdbcoach.report import files
    from pdbcoach.report.console import ConsoleReport
    from pdbcoach.report.screen import Screen
    from pdbcoach.report.summary import summarise
    from pdbcoach.report.workflow import is_obeyed, stopped
    from pdbcoach.scenario.packs import load_all

    if arguments.step:
        from pdbcoach.cli.pace import check_terminal

        check_terminal()
    if arguments.json is not None:
        files.check(arguments.json, "JSON")
    chosen = load_all(arguments.what, lang=arguments.lang or locale_of(os.environ))
    if not chosen:
        raise PdbcoachError(f"no scenarios in {', '.join(arguments.what)}")
    targets = targets_of(pythons, sandbox)

    screen = Screen(
        sys.stderr if arguments.json == files.STANDARD_OUTPUT else sys.stdout, color=not arguments.no_color
    )
    report = ConsoleReport(screen, quiet=arguments.quiet)
    replays = Replays(report, _pace(arguments, report) if pace_wanted else None)
    options = Options(keep=arguments.keep, timeout_factor=arguments.timeout_factor, cold=arguments.cold)
    try:
        with one_interruption(), stopped(screen) if is_obeyed(os.environ) else nullcontext():
            replays.play(chosen, targets, options)
            report.close()
            if arguments.quiet or len(replays.results) + len(replays.errors) > 1:
                screen.lines(summarise(replays.results, replays.errors, replays.seconds))
    finally:
        report.close()
    if arguments.json is not None:
        from pdbcoach.report import json

        json.write(arguments.json, json.document(replays.results, replays.errors))
    return replays.exit_code


class Replays(Struct):
    """Plays scenarios, has each event drawn, and keeps what came of them."""

    report: ConsoleReport
    pace: Pace | None = None
    results: list[ScenarioResult] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Messages about what could not be run: the others are played all the same."""
    left: bool = False
    """The person left a demonstration before its end."""
    seconds: float = 0.0

    def play(self, scenarios: Sequence[Scenario], targets: Sequence[Target], options: Options) -> None:
        """Plays every scenario on every target. Sessions are closed when this returns or raises."""
        started = time.monotonic()
        alone = len(scenarios) * len(targets) == 1
        try:
            for target in targets:
                for scenario in scenarios:
                    try:
                        self._play_one(scenario, target, options)
                    except PdbcoachError as error:
                        if alone:
                            raise
                        message = f"{scenario.id} on Python {target.version}: {error}"
                        self.errors.append(message)
                        self.report.could_not_run(message)
        except Left:
            self.left = True
        finally:
            self.seconds = time.monotonic() - started

    def _play_one(self, scenario: Scenario, target: Target, options: Options) -> None:
        from pdbcoach.replay.result import ScenarioFinished, StepStarted
        from pdbcoach.replay.runner import replay

        events = replay(scenario, target, options=options)
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
        if self.errors:
            return Exit.COULD_NOT_RUN
        failed = any(result.verdict == "failed" for result in self.results)
        return Exit.DIFFERED if failed else Exit.OK


def _pace(arguments: argparse.Namespace, report: ConsoleReport) -> Pace:
    from pdbcoach.cli.pace import Pace, wait_for_key

    if arguments.step:
        report.remark("Enter or space: type the next line. q: leave.")
    return Pace(report, arguments.speed, wait_for_key if arguments.step else None)
