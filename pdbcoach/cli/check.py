"""``pdbcoach check``: check whether a pack is ready to ship."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, nullcontext
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pdbcoach.cli.formats import add_formats, open_screen, read_by_github, write_formats
from pdbcoach.cli.parser import Verbs, add_cold, add_jobs, add_sandbox, jobs, positive
from pdbcoach.errors import Exit, PdbcoachError, ScenarioError

if TYPE_CHECKING:
    from pdbcoach.authoring.finding import Checked, Examined, Finding
    from pdbcoach.replay.actions import Options
    from pdbcoach.replay.result import Target
    from pdbcoach.report.screen import Screen
    from pdbcoach.scenario.claims import Claim
    from pdbcoach.scenario.model import Scenario
    from pdbcoach.scenario.packs import Found

_TRUTH_SECONDS: Final = 3.0
"""Default time for the tries of a scenario, unless all of them are wanted."""


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "check",
        help="check whether a pack is ready to ship",
        description="Finds mistakes and weaknesses in scenarios: reads them, replays each on every Python "
        "more than once, tries small errors in them, which the scenario must notice, and types other lines "
        "than its own, to which the coach must say nothing false. "
        "A scenario runs code: check only what you would run yourself.",
        epilog="Exit status: 0 ready to ship, 1 something was found, 2 something could not be run, "
        "130 interrupted.",
    )
    parser.add_argument(
        "what",
        nargs="+",
        metavar="FILE|FOLDER|ID",
        help="a scenario file, a pack, a folder of them, or a shipped scenario",
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH|VERSION|all",
        help="the Python to debug with, e.g. 3.13; may be given again; 'all': every supported one found "
        "(default: the one that runs pdbcoach). Errors are tried on the first that a scenario supports",
    )
    parser.add_argument("--fast", action="store_true", help="read the files and replay each scenario once")
    parser.add_argument(
        "--repeat",
        type=_times,
        metavar="N",
        help="replay each scenario N times; the results must be the same (default: 2)",
    )
    parser.add_argument(
        "--truth",
        choices=("some", "full"),
        default="some",
        help="what to type besides the lesson's own lines, to find what the coach says then that isn't so: "
        "three things at each step, or everything (default: some)",
    )
    parser.add_argument(
        "--no-truth", action="store_const", const="none", dest="truth", help="type only the lesson's lines"
    )
    parser.add_argument(
        "--truth-seconds",
        type=positive,
        metavar="N",
        help="time for that in each scenario (default: 3; with --truth full, as long as it takes)",
    )
    parser.add_argument("--load", action="store_true", help="keep all processors busy meanwhile")
    parser.add_argument(
        "--race", action="store_true", help="one more replay that reads the terminals byte by byte"
    )
    add_jobs(parser, "-j", "--jobs", "-n", "--workers")
    add_cold(parser)
    add_sandbox(parser)
    parser.add_argument(
        "--timeout-factor",
        type=positive,
        default=1.0,
        metavar="X",
        help="multiply every time bound (slow machines)",
    )
    parser.add_argument("--quiet", "-q", action="store_true", help="show only what was found and the summary")
    add_formats(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.report import check
    from pdbcoach.report.workflow import stopped

    if arguments.fast and (arguments.race or arguments.load or arguments.repeat is not None):
        raise PdbcoachError(
            "--fast replays once, and --repeat, --load and --race are about more", "leave --fast out"
        )
    if arguments.fast and (arguments.truth == "full" or arguments.truth_seconds is not None):
        raise PdbcoachError("--fast tries no other lines than the lesson's own", "leave --fast out")
    screen = open_screen(arguments)
    try:
        with one_interruption(), stopped(screen) if read_by_github(arguments) else nullcontext():
            checked = _check(arguments, screen)
            screen.lines(check.summarise(checked))
    finally:
        screen.finish()
    write_formats(arguments, checked, screen)
    if check.is_could_not_run(checked):
        return Exit.COULD_NOT_RUN
    return Exit.DIFFERED if checked.findings else Exit.OK


def _check(arguments: argparse.Namespace, screen: Screen) -> Checked:
    from pdbcoach.authoring.finding import Checked
    from pdbcoach.authoring.lint import lint, lint_pack
    from pdbcoach.cli.busy import busy_processors
    from pdbcoach.form.source import pack_root
    from pdbcoach.report import check
    from pdbcoach.scenario.claims import claims_about

    began = time.monotonic()
    found, findings = _find(arguments.what)
    scenarios: list[Scenario] = []
    paths = list(dict.fromkeys(one.path for one in found))
    for path in paths:
        linted = lint(path)
        scenarios += linted.scenarios
        findings += linted.findings
    # Packs may share their misconceptions: each finding is reported once.
    roots = dict.fromkeys(pack_root(path.parent) for path in paths)
    findings += dict.fromkeys(finding for root in roots for finding in lint_pack(root))
    chosen = _chosen(found, scenarios)
    for finding in findings:
        screen.lines(check.finding_lines(finding))
    examined: list[Examined] = []
    with ExitStack() as stack:
        if arguments.load and chosen:
            stack.enter_context(busy_processors())
        works = stack.enter_context(closing(_examinations(arguments, chosen, claims_about(chosen))))
        for one in works:
            examined.append(one)
            if not arguments.quiet:
                screen.lines([check.progress(one)])
            for finding in one.findings:
                screen.lines(check.finding_lines(finding))
    return Checked(tuple(paths), tuple(findings), tuple(examined), time.monotonic() - began)


def _find(what: Sequence[str]) -> tuple[list[Found], list[Finding]]:
    """Return the scenario files, and the problems of broken packs. Raises ``PdbcoachError``."""
    from pdbcoach.authoring.finding import of_problems
    from pdbcoach.scenario.concerned import scenarios_of
    from pdbcoach.scenario.packs import Found, find

    found: dict[Found, None] = {}
    findings: dict[Finding, None] = {}
    is_of_no_scenario = False
    for target in what:
        try:
            others = scenarios_of(Path(target))
            chosen = find([target]) if others is None else [Found(path) for path in others]
            found.update((replace(one, path=one.path.absolute()), None) for one in chosen)
            is_of_no_scenario |= others == ()
        except ScenarioError as error:
            findings.update(dict.fromkeys(of_problems(error.problems)))
    if not found and not findings and not is_of_no_scenario:
        raise PdbcoachError(f"no scenarios in {', '.join(what)}")
    return list(found), list(findings)


def _chosen(found: Sequence[Found], scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios to examine: all of a file, or the variants that were named.

    Raises ``PdbcoachError`` for a variant that isn't there.
    """
    whole = {one.path for one in found if not one.variant}
    chosen = [scenario for scenario in scenarios if scenario.path in whole]
    for one in found:
        if one.variant and one.path not in whole:
            chosen += _variant(one, [scenario for scenario in scenarios if scenario.path == one.path])
    return chosen


def _variant(named: Found, variants: Sequence[Scenario]) -> list[Scenario]:
    wanted = [scenario for scenario in variants if scenario.id.endswith(f"[{named.variant}]")]
    if variants and not wanted:
        ids = ", ".join(scenario.id for scenario in variants)
        raise PdbcoachError(f"{named.path} has no variant `{named.variant}`", f"it has {ids}")
    return wanted


def _examinations(
    arguments: argparse.Namespace, scenarios: Sequence[Scenario], claims: Sequence[Claim]
) -> Generator[Examined]:
    """Examine scenarios and claims on each target, several at once, and yield the results in order."""
    from pdbcoach import language
    from pdbcoach.authoring.claims import prove
    from pdbcoach.cli.targets import chosen_targets
    from pdbcoach.matching.versions import admits
    from pdbcoach.replay.ahead import Ahead, working

    targets = chosen_targets(arguments.python, arguments.sandbox)
    works = [Ahead(partial(prove, claim, one)) for claim in claims for one in targets]
    for scenario in scenarios:
        # One target is enough for other lines than its own: they differ in what is typed, not in the Python.
        first = next((target for target in targets if admits(scenario.python, target.version)), None)
        works += [Ahead(partial(_examine, arguments, scenario, one, one is first)) for one in targets]
    with language.in_english(), working(works, _options(arguments), jobs(arguments)):
        for work in works:
            yield from work.results()


def _options(arguments: argparse.Namespace) -> Options:
    from pdbcoach.replay.actions import Options

    return Options(timeout_factor=arguments.timeout_factor, cold=arguments.cold)


def _examine(
    arguments: argparse.Namespace, scenario: Scenario, target: Target, first: bool, options: Options
) -> Iterator[Examined]:
    from pdbcoach.authoring.examine import REPEAT, Settings, examine
    from pdbcoach.report import check

    repeat = 1 if arguments.fast else arguments.repeat or REPEAT
    more = first and not arguments.fast
    try:
        examination = examine(scenario, target, Settings(options, repeat, arguments.race, more))
        seen = check.examined(examination)
        if more and arguments.truth != "none" and examination.is_sound:
            from pdbcoach.truth.perturb import perturb

            full = arguments.truth == "full"
            seconds = arguments.truth_seconds or (inf if full else _TRUTH_SECONDS)
            tried = perturb(scenario, target, full=full, seconds=seconds, meanwhile=options.meanwhile)
            seen = replace(seen, findings=(*seen.findings, *tried.findings), tries=tried.tries)
        yield seen
    except PdbcoachError as error:
        yield check.could_not_run(scenario, target, error)


def _times(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 99999")
    return int(text)
