"""What a program prints or a file contains is never more than text in a report."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import fabricated as made
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pdbcoach.authoring.examine import Examination
from pdbcoach.authoring.finding import Checked, Finding
from pdbcoach.errors import Span
from pdbcoach.matching.verdict import (
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
)
from pdbcoach.observation import DebuggerState, ExitStatus, Location, Observation, ProcessView, Prompt
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.report import check, contents, github, junit
from pdbcoach.report import json as json_report
from pdbcoach.report.console import ConsoleReport
from pdbcoach.report.escape import visible
from pdbcoach.report.lesson import markdown
from pdbcoach.report.lines import plain
from pdbcoach.report.page import page
from pdbcoach.report.screen import Screen
from pdbcoach.report.summary import summarise
from pdbcoach.report.workflow import not_obeyed
from pdbcoach.scenario.model import Pack

TOKENS = st.sampled_from(
    [
        *(
            "\x1b[2J",
            "\x1b]0;title\x07",
            "\x1b]8;;http://x\x1b\\",
            "\x9b31m",
            "\x9d0;x\x9c",
            "\x1b",
            "\x07",
            "\0",
        ),
        *("\r", "\n", "\r\n", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x7f", "\x80"),
        *("\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041", "\ud800", "\udcff", "\uffff", "\ufffe"),
        *("::error::x", "::stop-commands::x", "##[error]x", "%0A", "%", ",", "::"),
        *("<script>alert(1)</script>", "<img src=x onerror=y>", "]]>", "&amp;", "<!--", "'", '"', "|"),
        *(
            "```",
            "`",
            "~~~",
            "![x](http://x)",
            "[x](javascript:x)",
            "# ",
            "*",
            "_",
            "\\",
            "[bold red]",
            ":smile:",
        ),
        *("word", " ", "子进程"),
    ]
)
TEXTS = st.lists(st.one_of(TOKENS, st.characters()), max_size=8).map("".join)

few_examples = settings(max_examples=60, deadline=None)


@st.composite
def results(draw: st.DrawFn) -> ScenarioResult:
    """A failed replay in which all text that a program or an author chooses is hostile."""

    def text() -> str:
        return draw(TEXTS)

    where = Location(text(), 3, text())
    state = DebuggerState("line", where, 1, where)
    views = {
        "main": ProcessView("main", 100, "stopped", prompt=Prompt("pdb", text()), state=state),
        "main.1": ProcessView("main.1", 101, "running", doing=text()),
        "main.2": ProcessView("main.2", 102, "gone", ExitStatus(signal=9)),
    }
    seen = Observation("main", "prompt", text(), text(), Prompt("pdb", text()), state, views)
    place = Span(
        Path("/packs", os.fsdecode(text().encode(errors="replace").replace(b"\0", b"\xff")), "x.yaml"), 1, 5
    )
    failures: list[Failure] = [
        OutputMismatch(place, text(), (text(), text()), (text(), text()), 1, 0),
        StateMismatch(place, "at.file", text(), text()),
        TimedOut(place, 1.0, text()),
        Died(place, "main", text()),
        Refused(place, text()),
    ]
    step = made.step(text())
    result = made.result(
        [(step, failures)],
        verdict="failed",
        failures=[LeftRunning(place, (text(), text()))],
        transcript=[made.entry(text(), text()), made.entry(None, text(), process="main.1")],
        kept=text(),
        title=text(),
        run_line=text(),
        span=place,
    )
    return replace(result, steps=(replace(result.steps[0], observation=seen),))


def checked(result: ScenarioResult, text: str) -> Checked:
    """The same for `check`."""
    one = check.examined(Examination(result, 2, (), None, None))
    skipped = replace(one, verdict="skipped", reason=text, findings=())
    finding = Finding("lint", result.scenario.span, text, text, (text,))
    return Checked((result.scenario.span.file,), (finding,), (one, skipped), 1.0)


def harmful(text: str) -> set[str]:
    """Return the characters that a terminal, an editor or a log viewer would not just show."""
    return {character for character in text if not character.isprintable()} - set("\n\u3000\xa0")


def replayed(result: ScenarioResult, *, quiet: bool) -> str:
    file = io.StringIO()
    screen = Screen(file, color=False)
    report = ConsoleReport(screen, quiet=quiet)
    for event in made.events(result, [result.transcript[0].output]):
        report.handle(event)
    report.could_not_run(result.kept)
    report.remark(result.kept)
    skipped = replace(result, verdict="skipped", reason=result.kept)
    screen.lines(summarise(made.replayed(result, skipped, error=result.kept)))
    report.close()
    return file.getvalue()


@few_examples
@given(result=results())
def test_a_replay_cannot_control_the_terminal(result: ScenarioResult) -> None:
    assert not harmful(replayed(result, quiet=False))
    assert not harmful(replayed(result, quiet=True))


@few_examples
@given(result=results(), text=TEXTS)
def test_a_check_cannot_control_the_terminal(result: ScenarioResult, text: str) -> None:
    it = checked(result, text)
    lines = [*check.summarise(it), *map(check.progress, it.examined)]
    lines += [line for finding in it.findings for line in check.finding_lines(finding)]
    assert not harmful(plain(lines))
    assert not [line for line in lines if "\n" in line.text]


@few_examples
@given(result=results(), text=TEXTS)
def test_junit_is_valid_xml_with_visible_text(result: ScenarioResult, text: str) -> None:
    for run in (checked(result, text), made.replayed(result, error=text)):
        document = junit.document(run)
        assert document.isascii()
        for element in Xml.fromstring(document).iter():
            assert element.tag in {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
            assert not harmful("".join([*element.attrib.values(), element.text or ""]))


@few_examples
@given(result=results(), text=TEXTS)
def test_an_annotation_is_one_command(result: ScenarioResult, text: str) -> None:
    findings = (*checked(result, text).findings, *check.checked_of(made.replayed(result)).findings)
    commands = list(github.commands(findings, {}))
    assert len(commands) == len(findings)
    for command in commands:
        assert "\n" not in command
        assert not harmful(command)
        assert command.startswith("::error file=")
        properties, message = command.removeprefix("::error ").split("::", 1)
        assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "col", "title"]
        assert "%" not in message.replace("%25", "").replace("%0A", "").replace("%0D", "")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.add(tag)
        self.met |= {f"{tag} {name}" for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}


OURS = {"html", "html lang", "head", "meta", "meta charset", "meta name", "meta content", "meta http-equiv"}
OURS |= {"title", "style", "body"}
PROSE = {*("p", "h1", "h2", "h3", "pre", "code", "code class", "em", "strong", "br", "hr"), "blockquote"}
LISTS = {"ul", "ol", "ol start", "li"}


@few_examples
@given(result=results())
def test_a_web_page_runs_nothing(result: ScenarioResult) -> None:
    text = markdown(result.scenario, {result.kept: result.transcript[0].output}, result)
    tags = Tags()
    tags.feed(page(result.scenario.title, text))
    assert tags.met <= OURS | PROSE | LISTS
    assert not tags.links


@few_examples
@given(result=results(), text=TEXTS)
def test_a_summary_has_only_its_own_markup(result: ScenarioResult, text: str) -> None:
    tags = Tags()
    for run in (checked(result, text), made.replayed(result, error=text)):
        summary = github.summary(run, {})
        assert not harmful(summary)
        tags.feed(page("summary", summary))
    assert tags.met <= OURS | {"h3", "ul", "li", "p"}


@few_examples
@given(result=results())
def test_json_is_ascii_and_has_the_whole_output(result: ScenarioResult) -> None:
    text = json.dumps(json_report.document(made.replayed(result, error=result.kept)))
    assert text.isascii()
    (read,) = json.loads(text)["results"]
    assert [entry["output"] for entry in read["transcript"]] == [one.output for one in result.transcript]


@few_examples
@given(text=TEXTS)
def test_a_list_of_lessons_cannot_control_the_terminal(text: str) -> None:
    shelf = contents.Contents(Pack(Path("/packs"), "id", text, ()), (made.scenario(title=text, python=text),))
    assert not harmful(contents.as_text([shelf]))
    assert contents.as_json([shelf]).isascii()


def obeyed(lines: Iterable[str]) -> list[str]:
    """Return the lines that GitHub's runner takes for commands (actions/runner, ActionCommand.cs)."""
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


@few_examples
@given(text=TEXTS)
def test_a_log_has_no_command_for_github(text: str) -> None:
    text = visible(text)
    shown = not_obeyed(text, {"GITHUB_ACTIONS": "true"})
    assert not obeyed(shown.split("\n"))
    assert not_obeyed(text, {}) == text
    assert shown.replace("\\", "") == text.replace("\\", "")
