from __future__ import annotations

import pytest
from fabricated import facts_of

from pdbcoach.facts.status import (
    Exited,
    ExpectedStatus,
    Gone,
    Killed,
    Running,
    Stopped,
    Zombie,
    compare_status,
    status_text,
)
from pdbcoach.observation import ExitStatus, Phase, ProcessView, Prompt

OK, FAILED, TERMINATED = ExitStatus(code=0), ExitStatus(code=1), ExitStatus(signal=15)


def view(phase: Phase, status: ExitStatus | None = None, doing: str = "") -> ProcessView:
    prompt = Prompt("pdb", "(Pdb) ") if phase == "stopped" else None
    return ProcessView("main.1", 77, phase, exit=status, prompt=prompt, doing=doing)


@pytest.mark.parametrize(
    ("expected", "process", "actual"),
    [
        pytest.param(Stopped(), view("stopped"), None, id="stopped"),
        pytest.param(Stopped(), view("running", doing="in read"), "running (in read)", id="not-stopped"),
        pytest.param(Stopped(), view("running"), "running", id="not-stopped-doing-who-knows-what"),
        pytest.param(Running(), view("running"), None, id="running"),
        pytest.param(Running(), view("stopped"), "stopped (main.1 waits at (Pdb))", id="not-running"),
        pytest.param(Zombie(), view("zombie", OK), None, id="zombie"),
        pytest.param(Zombie(), view("gone", OK), "gone (exit 0)", id="reaped-zombie"),
        pytest.param(Gone(), view("gone", OK), None, id="gone"),
        pytest.param(Gone(), view("gone", TERMINATED), None, id="gone-by-a-signal"),
        pytest.param(Gone(), view("gone"), None, id="gone-who-knows-how"),
        pytest.param(Gone(), view("zombie", OK), "zombie (exit 0)", id="not-reaped"),
        pytest.param(Exited(0), view("gone", OK), None, id="exit"),
        pytest.param(Exited(0), view("zombie", OK), None, id="exit-of-a-zombie"),
        pytest.param(Exited(0), view("gone", FAILED), "gone (exit 1)", id="exit-with-another-code"),
        pytest.param(Exited(0), view("gone", TERMINATED), "gone (killed SIGTERM)", id="exit-by-a-signal"),
        pytest.param(
            Exited(0),
            view("gone"),
            "gone (its parent took the exit status before it could be read)",
            id="exit-unknown",
        ),
        pytest.param(Exited(0), view("zombie"), "zombie (its exit status is unknown)", id="zombie-unknown"),
        pytest.param(Exited(0), view("stopped"), "stopped (main.1 waits at (Pdb))", id="no-exit"),
        pytest.param(Killed("SIGTERM"), view("gone", TERMINATED), None, id="killed"),
        pytest.param(Killed("SIGTERM"), view("zombie", TERMINATED), None, id="killed-zombie"),
        pytest.param(
            Killed("SIGKILL"), view("gone", TERMINATED), "gone (killed SIGTERM)", id="killed-otherwise"
        ),
        pytest.param(Killed("SIGTERM"), view("gone", ExitStatus(code=15)), "gone (exit 15)", id="exit-15"),
        pytest.param(
            Killed("SIGIOT"), view("gone", ExitStatus(signal=6)), None, id="a-signal-with-two-names"
        ),
        pytest.param(Killed("SIGHUH"), view("gone", OK), "gone (exit 0)", id="killed-by-no-signal"),
        pytest.param(
            Killed("SIGTERM"),
            view("gone", ExitStatus(signal=40)),
            "gone (killed by signal 40)",
            id="a-signal-without-a-name",
        ),
    ],
)
def test_a_status_matches_a_process(
    expected: ExpectedStatus, process: ProcessView, actual: str | None
) -> None:
    assert compare_status(expected, process) == actual
    (fact,) = facts_of(processes={"main.1": expected})
    assert fact.is_settled({"main.1": process}) is (actual is None)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(Stopped(), "stopped", id="stopped"),
        pytest.param(Running(), "running", id="running"),
        pytest.param(Zombie(), "zombie", id="zombie"),
        pytest.param(Gone(), "gone", id="gone"),
        pytest.param(Exited(3), "exit 3", id="exit"),
        pytest.param(Killed("SIGINT"), "killed SIGINT", id="killed"),
    ],
)
def test_a_status_is_written_as_authors_write_it(status: ExpectedStatus, text: str) -> None:
    assert status_text(status) == text


def test_a_fact_is_settled_when_every_process_has_its_status() -> None:
    (fact,) = facts_of(processes={"main": Running(), "main.1": Gone()})
    assert not fact.is_settled({"main": view("running")})
    assert not fact.is_settled({"main": view("running"), "main.1": view("zombie")})
    assert fact.is_settled({"main": view("running"), "main.1": view("gone"), "main.2": view("gone")})
