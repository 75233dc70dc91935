"""Put small errors into a good scenario, such as an author or a learner could make."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from types import CodeType

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.facts.base import is_file
from pdbcoach.observation import ProcessView
from pdbcoach.pdb.commands import COMMANDS, Command
from pdbcoach.pdb.line import Line
from pdbcoach.replay.result import ScenarioResult, StepResult, keystrokes
from pdbcoach.scenario.model import Look, Scenario, Send, Step

_AT_LINE = re.compile(r"(?P<word>\w+)\s+(?:(?P<file>[^\s:,]+):)?(?P<line>[0-9]+)(?P<rest>\s*(?:,.*)?)")


class Outline(Struct, frozen=True):
    """The lines of a file with code, and the names of its functions."""

    lines: frozenset[int]
    functions: frozenset[str]


class Mutant(Struct, frozen=True):
    """A scenario with a different ``steps[number - 1]``."""

    number: int
    what: str
    """The change, in words that follow the step's line: ``sent as `s```."""
    scenario: Scenario
    stays: bool
    """True if the process surely stays where it was: nothing was typed, or nothing that moves."""
    silent: bool
    """True if surely nothing was printed."""


def before(result: ScenarioResult, number: int) -> dict[str, ProcessView]:
    """Return every process as it was last seen before step ``number``; empty before the first step."""
    seen = [
        step.observation for step in result.steps if step.number < number and step.observation is not None
    ]
    return dict(seen[-1].processes) if seen else {}


def mutants(result: ScenarioResult) -> Iterator[Mutant]:
    """Yield every mutant of the commands of a scenario that passed its replay."""
    for one in result.steps:
        if keystrokes(one.step.action) is None:
            yield from _other_process(result, one, "looking at")
            continue
        yield _with(result, one, "left out", replace(one.step, action=Look(), prompt=None), True, True)
        if isinstance(one.step.action, Send) and one.step.prompt in (None, "pdb", "nested"):
            yield from _other_lines(result, one, one.step.action.text)
        yield from _other_process(result, one, "sent to")


def _other_lines(result: ScenarioResult, one: StepResult, text: str) -> Iterator[Mutant]:
    typed = Line.parse(text)
    command = typed.first.command
    if len(typed.parts) != 1 or command is None:
        return
    if command.confused_with is not None:
        yield _typing(result, one, COMMANDS[command.confused_with].shorts[0])
    if command.changes_line:
        yield _typing(result, one, "l", stays=True)
    if (match := _AT_LINE.fullmatch(text.strip())) and (line := _another_line(result, one, command, match)):
        file = f"{match['file']}:" if match["file"] else ""
        yield _typing(result, one, f"{match['word']} {file}{line}{match['rest']}")


def _other_process(result: ScenarioResult, one: StepResult, verb: str) -> Iterator[Mutant]:
    """Yield the mutant that uses another process which is, or is about to be, at a prompt.

    Another process in place of one that is bound late is no error: it could have been that one.
    """
    if one.step.process in result.scenario.late:
        return
    after = one.observation.processes if one.observation is not None else {}
    for name, view in before(result, one.number).items():
        waits = view.phase == "stopped" or (name in after and after[name].phase == "stopped")
        may_be_same = one.step.process.startswith(f"{name}:")  # the process of a thread is the one inside
        if name != one.step.process and waits and not may_be_same:
            yield _with(result, one, f"{verb} {name}", replace(one.step, process=name), False, False)
            return


def _typing(result: ScenarioResult, one: StepResult, text: str, *, stays: bool = False) -> Mutant:
    return _with(result, one, f"sent as `{text}`", replace(one.step, action=Send(text)), stays, False)


def _with(
    result: ScenarioResult, one: StepResult, what: str, step: Step, stays: bool, silent: bool
) -> Mutant:
    steps = list(result.scenario.steps)
    steps[one.number - 1] = step
    return Mutant(one.number, what, replace(result.scenario, steps=tuple(steps)), stays, silent)


def _another_line(
    result: ScenarioResult, one: StepResult, command: Command, match: re.Match[str]
) -> int | None:
    """Return another line nearby that can have a breakpoint; None if there is none."""
    line, name = int(match["line"]), match["file"]
    # Without a file, `place or numbers` is a breakpoint's number.
    if command.argument not in ("line", "place", *(["place or numbers"] if name else [])):
        return None
    name = name or _file_here(result, one)
    outline = outline_of(result.scenario, name) if name is not None else None
    lines = sorted(outline.lines) if outline is not None else []
    later = next((other for other in lines if other > line), None)
    return later or next((other for other in reversed(lines) if other < line), None)


def _file_here(result: ScenarioResult, one: StepResult) -> str | None:
    """Return the file that a line number means at this step."""
    view = before(result, one.number).get(one.step.process)
    here = view.state.focus.file if view is not None and view.state is not None else None
    return here or result.scenario.script


def outline_of(scenario: Scenario, name: str) -> Outline | None:
    """Return the outline of a work file; None if it isn't one, or doesn't compile."""
    file = next((file for file in scenario.files if is_file(name, file.name)), None)
    if file is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(file.path.read_bytes(), file.name, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return None
    codes = list(_codes(code))
    lines = {line for one in codes for _, _, line in one.co_lines() if line}
    return Outline(frozenset(lines), frozenset(one.co_name for one in codes))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
