"""A run as JUnit XML: the lint of each file, and the replay, runs and mutants of each scenario."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree as Xml

from pdbcoach.authoring.finding import COULD_NOT_RUN, Examined, Finding, FindingKind
from pdbcoach.report import files
from pdbcoach.report.check import checked_of, finding_lines
from pdbcoach.report.escape import one_line
from pdbcoach.report.formats import AnyRun
from pdbcoach.report.lines import plain, relative


def write(run: AnyRun, destination: str, stream: TextIO) -> None:
    """Write the run to a file, or to standard output for ``-``. Raises PdbcoachError, BrokenPipeError."""
    files.write(destination, document(run), "JUnit XML")


def document(run: AnyRun) -> str:
    """Return the whole document. Characters outside ASCII are written as references."""
    checked = checked_of(run)
    suite = Xml.Element("testsuite", name="pdbcoach")
    paths = dict.fromkeys((*checked.files, *(finding.span.file for finding in checked.lint)))
    for path in paths:
        found = [finding for finding in checked.lint if finding.span.file == path]
        _case(suite, path, "lint", 1, 0.0, found)
    for one in checked.examined:
        _scenario(suite, one)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{checked.seconds:.3f}")
    suites = Xml.Element("testsuites")
    suites.append(suite)
    Xml.indent(suites)
    text: str = Xml.tostring(suites, encoding="us-ascii", xml_declaration=True).decode("ascii")
    return text + "\n"


def _scenario(suite: Xml.Element, one: Examined) -> None:
    name = f"{one.scenario}@{one.python}"

    def case(what: str, kinds: set[FindingKind], seconds: float) -> Xml.Element:
        found = [finding for finding in one.findings if finding.kind in kinds]
        return _case(suite, one.span.file, f"{name}{what}", one.span.line, seconds, found)

    replay = case("", {"replay", "error", "claim"}, one.seconds)
    if one.verdict in ("skipped", "xfailed"):
        Xml.SubElement(replay, "skipped", type=f"pdbcoach.{one.verdict}", message=one_line(one.reason))
    if one.runs > 1:
        case(" stability", {"unstable"}, 0.0)
    if one.bites is not None:
        case(" teeth", {"teeth"}, 0.0)
    if one.tries is not None:
        case(" truth", {"truth", "help", "refused"}, 0.0)


def _case(
    suite: Xml.Element, path: Path, name: str, line: int, seconds: float, findings: Iterable[Finding]
) -> Xml.Element:
    file = relative(path)
    case = Xml.SubElement(
        suite,
        "testcase",
        classname=file.replace("/", "."),
        name=name,
        file=file,
        line=str(line),
        time=f"{seconds:.3f}",
    )
    for finding in findings:
        tag = "error" if finding.kind in COULD_NOT_RUN else "failure"
        element = Xml.SubElement(
            case, tag, type=f"pdbcoach.{finding.kind}", message=one_line(finding.message)
        )
        element.text = plain(finding_lines(finding))
    return case
