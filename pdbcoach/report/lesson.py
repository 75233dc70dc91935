"""A lesson as Markdown: prose, program, commands, and the transcript of a real run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pdbcoach.replay.result import ScenarioResult, keystrokes
from pdbcoach.report.escape import in_markdown, one_line
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.lines import session_lines
from pdbcoach.scenario.model import Scenario, Step


def markdown(scenario: Scenario, programs: Mapping[str, str], result: ScenarioResult | None = None) -> str:
    """Return the whole lesson. ``programs``: its files' texts by name; ``result``: a run to show."""
    parts = [f"# {in_markdown(scenario.title or scenario.id)}", _facts(scenario), scenario.intro]
    for name, text in programs.items():
        parts += [f"## The program: {in_markdown(name)}", _fenced(_numbered(scenario, name, text), "text")]
    parts += ["## The session", _fenced([f"$ {one_line(scenario.run_line)}"], "console")]
    for number, step in enumerate(scenario.steps, 1):
        parts += _step(number, step)
    if result is not None:
        parts += [
            f"## What it looks like (Python {in_markdown(result.target.version)})",
            _fenced(session_lines(result.transcript), "text"),
        ]
    parts.append(scenario.outro)
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _facts(scenario: Scenario) -> str:
    facts = [_code(scenario.id)]
    if scenario.teaches:
        facts.append("teaches " + ", ".join(_code(name) for name in scenario.teaches))
    if scenario.python:
        facts.append(f"needs Python {in_markdown(scenario.python)}")
    return " · ".join(facts)


def _numbered(scenario: Scenario, name: str, text: str) -> list[str]:
    """Return the lines with their numbers, and with the mark after each marked line."""
    marks = {mark.line: mark.name for mark in scenario.marks.values() if mark.file == name}
    lines = visible_lines(text)
    width = len(str(len(lines)))
    return [
        f"{number:{width}}  {line}" + (f"    ← @{marks[number]}" if number in marks else "")
        for number, line in enumerate(lines, 1)
    ]


def _step(number: int, step: Step) -> Iterator[str]:
    prose = step.prose
    yield f"### Step {number}"
    yield prose.say
    if prose.predict is not None:
        choices = "".join(f"\n- {_one_line(choice)}" for choice in prose.predict.labels)
        yield f"**Predict:** {prose.predict.ask}\n{choices}"
    yield prose.ask
    typed = keystrokes(step.action)
    to = "" if step.process == "main" else f" (in {_code(step.process)})"
    if typed is not None:
        yield f"Type {_code(typed) if typed else 'Enter'}{to}."
    elif to:
        yield f"Look{to}."
    yield prose.why


def _fenced(lines: Sequence[str], language: str) -> str:
    fence = max(["```", *map(_fence, lines)])
    return "\n".join([fence + language, *lines, fence])


def _code(text: str) -> str:
    """Return the text as inline code, even if it contains backquotes."""
    text = one_line(text)
    fence = _fence(text)
    pad = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fence(text: str) -> str:
    """Return a row of backquotes that the text does not contain."""
    return max(re.findall("`+", text), default="") + "`"


def _one_line(text: str) -> str:
    return " ".join(text.split())
