"""A lesson as Markdown: prose, program, commands, and the transcript of a real run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pdbcoach.replay.result import ScenarioResult, TranscriptEntry, keystrokes
from pdbcoach.report.escape import in_markdown, one_line
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.scenario.model import Scenario, Step


def markdown(scenario: Scenario, programs: Mapping[str, str], result: ScenarioResult | None = None) -> str:
    """Return the whole lesson. ``programs``: its files' texts by name; ``result``: a run to show."""
    parts = [f"# {in_markdown(scenario.title or scenario.id)}", *_facts(scenario), scenario.intro]
    for name, text in programs.items():
        parts += [f"## The program: {in_markdown(name)}", _fenced(_numbered(scenario, name, text), "text")]
    parts += ["## The session", _fenced([f"$ {one_line(scenario.run_line)}"], "console")]
    for number, step in enumerate(scenario.steps, 1):
        parts += _step(number, step)
    if result is not None:
        parts += [
            f"## What it looks like (Python {in_markdown(result.target.version)})",
            _fenced(_transcript(result.transcript), "text"),
        ]
    parts.append(scenario.outro)
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _facts(scenario: Scenario) -> Iterator[str]:
    facts = [_code(scenario.id)]
    if scenario.teaches:
        facts.append("teaches " + ", ".join(_code(name) for name in scenario.teaches))
    if scenario.python:
        facts.append(f"needs Python {in_markdown(scenario.python)}")
    yield " · ".join(facts)


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
        choices = "".join(f"\n- {_one_line(choice)}" for choice in prose.predict.choices)
        yield f"**Predict:** {prose.predict.ask}\n{choices}"
    yield prose.ask
    typed = keystrokes(step.action)
    to = "" if step.process == "main" else f" (in {_code(step.process)})"
    if typed is not None:
        yield f"Type {_code(typed) if typed else 'Enter'}{to}."
    elif to:
        yield f"Look{to}."
    yield prose.why


def _transcript(entries: Sequence[TranscriptEntry]) -> list[str]:
    several = len({entry.process for entry in entries}) > 1
    found = []
    for entry in entries:
        head = f"{entry.process} | " if several else ""
        if entry.prompt is not None:
            found.append(head + one_line(f"{entry.prompt}{entry.line or ''}"))
        found += [head + line for line in visible_lines(entry.output)]
    return found


def _fenced(lines: Sequence[str], language: str) -> str:
    longest = max((len(found) for line in lines for found in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence + language, *lines, fence])


def _code(text: str) -> str:
    """Return the text as inline code, even if it contains backquotes."""
    text = one_line(text)
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
