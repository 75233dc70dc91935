"""Proves claims about pdb and Python: runs their probes, and finds texts that rest on none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from pdbcoach.authoring.finding import Examined, Finding, of_problems
from pdbcoach.engine.launch import Launch
from pdbcoach.engine.session import Session
from pdbcoach.engine.temporary import temporary_folder
from pdbcoach.errors import PdbcoachError, ScenarioError
from pdbcoach.matching.versions import admits
from pdbcoach.observation import ExitStatus, Observation, ProcessView
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Target
from pdbcoach.scenario.claims import Claim, ProbeOutcome, claims_files, load_claims
from pdbcoach.scenario.misconceptions import load_misconceptions, places

_CTRL_C = "^C"
_BEFORE_CTRL_C = 1.0
"""Seconds for the program to get to where it waits."""
_TAIL = 12
"""Lines of a probe's output to show with what is wrong."""


def lint_claims(root: Path, misconceptions: Path | None) -> tuple[Finding, ...]:
    """Return what is wrong with the claims of the pack ``root``; each of ``misconceptions`` needs one."""
    known = load_misconceptions(misconceptions) if misconceptions is not None else {}
    claimed: set[str] = set()
    found: list[Finding] = []
    for file in claims_files(root):
        try:
            claims = load_claims(file).values()
        except ScenarioError as error:
            found += of_problems(error.problems)
            continue
        claimed.update(id_ for claim in claims for id_ in claim.about)
        found += (
            Finding(
                "lint",
                claim.span,
                f"no misconception or scenario is called `{id_}`",
                "write ids such as `M05` or `basics/into-or-over`",
            )
            for claim in claims
            for id_ in claim.about
            if id_ not in known and not (file.parent / f"{id_}.yaml").is_file()
        )
    for id_, span in places(misconceptions).items() if misconceptions is not None else ():
        if id_ not in claimed:
            cure = "write a claim with a probe in claims.yaml, and name the misconception in its `for`"
            found.append(Finding("lint", span, f"no claim proves what `{id_}` says", cure))
    return tuple(found)


def prove(claim: Claim, target: Target, options: Options) -> Iterator[Examined]:
    """Run the probe of ``claim`` on ``target``, and yield what came of it."""
    began = time.monotonic()
    outcomes = [one for one in claim.then if admits(one.python, target.version)]
    try:
        shown, end = _run(claim, target, options) if outcomes else ("", None)
    except PdbcoachError as error:
        finding = Finding("error", claim.span, f"could not run: {error.message}", error.hint)
        yield _examined(claim, target, began, (finding,))
        return
    wrong = [problem for one in outcomes for problem in _differences(one, shown, end)]
    if not outcomes:
        wrong = [f"says nothing of Python {'.'.join(target.version.split('.')[:2])}"]
    details = tuple(shown.splitlines()[-_TAIL:])
    findings = (Finding("claim", claim.span, f"`{claim.id}`: {text}", details=details) for text in wrong)
    yield _examined(claim, target, began, tuple(findings))


def _examined(claim: Claim, target: Target, began: float, findings: tuple[Finding, ...]) -> Examined:
    could_not_run = any(one.kind == "error" for one in findings)
    verdict: Literal["passed", "failed", "error"]
    verdict = "error" if could_not_run else "failed" if findings else "passed"
    return Examined(
        f"claim {claim.id}",
        claim.span,
        target.version,
        verdict,
        "",
        time.monotonic() - began,
        1,
        None,
        tuple(replace(one, scenario=f"claim {claim.id}", python=target.version) for one in findings),
        is_claim=True,
    )


def _run(claim: Claim, target: Target, options: Options) -> tuple[str, ExitStatus | None]:
    """Return what the probe shows, prompts included but without the typed lines, and how it ended."""
    with temporary_folder("pdbcoach-claim-") as folder:
        files = _written(claim.files, folder)
        launch = Launch(
            claim.run,
            python=target.executable,
            files=files,
            shared_terminal=True,
            timeout=claim.within * options.timeout_factor,
            cold=options.cold,
            sandbox=target.sandbox,
        )
        with Session(launch) as session:
            session.meanwhile = options.meanwhile
            seen = session.start()
            shown = _text(seen)
            for line, following in zip((None, *claim.type), (*claim.type, None), strict=True):
                if line is not None:
                    seen = _typed(session, line, seen.process, following == _CTRL_C)
                    shown += _text(seen)
                if following == _CTRL_C:
                    continue
                if seen.outcome == "blocked":
                    seen = _next_stop(session)
                    shown += _text(seen)
                if seen.prompt is None:
                    break
            return shown, session.processes["main"].exit


def _typed(session: Session, line: str, process: str, runs_on: bool) -> Observation:
    """Type ``line`` to ``process``, and wait for what comes of it or, with ``runs_on``, not for its end."""
    match line:
        case "^C":
            session.wait(_BEFORE_CTRL_C)
            return session.interrupt(process, until="blocked")
        case "^D":
            return session.send_eof(process)
        case _:
            return session.send(line, process, until="blocked" if runs_on else "prompt")


def _next_stop(session: Session) -> Observation:
    """Return an observation of the process that prompts next, or of the end."""

    def ready(processes: Mapping[str, ProcessView]) -> bool:
        return processes["main"].exit is not None or any(one.prompt for one in processes.values())

    session.wait_until(ready)
    return session.look() if session.processes["main"].exit is not None else session.look_any(timeout=0)


def _written(files: Mapping[str, str], folder: Path) -> list[tuple[str, Path]]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [(name, folder / name) for name in files]


def _text(seen: Observation) -> str:
    return seen.before + seen.output + (seen.prompt.text if seen.prompt is not None else "")


def _differences(wanted: ProbeOutcome, shown: str, end: ExitStatus | None) -> Iterator[str]:
    at = 0
    for text in wanted.shows:
        found = shown.find(text, at)
        if found < 0:
            yield f"doesn't show `{text}`" + (" after the one before" if text in shown else "")
            break
        at = found + len(text)
    yield from (f"shows `{text}`" for text in wanted.lacks if text in shown)
    if wanted.running and end is not None:
        yield f"has ended ({end}), and should be running"
    if wanted.exit is not None:
        status = None if end is None else end.code if end.signal is None else -end.signal
        if status != wanted.exit:
            ended = "has not ended" if end is None else f"has ended ({end})"
            yield f"{ended}, and should end with {wanted.exit}"
