from __future__ import annotations

import pytest
from coached import ended, running, stop, stopped

from pdbcoach.coach.status_words import ending, location, status_text
from pdbcoach.observation import ExitStatus, Location, ProcessView


@pytest.mark.parametrize(
    ("view", "said"),
    [
        pytest.param(stopped(stop(8, "add_ticks")), "stopped at tally.py:8, in `add_ticks`", id="function"),
        pytest.param(stopped(stop(17)), "stopped at tally.py:17", id="module-level"),
        pytest.param(
            stopped(stop(8, "add_ticks", event="post-mortem")),
            "crashed at tally.py:8, in `add_ticks` (post-mortem)",
            id="crash",
        ),
        pytest.param(stopped(None, prompt="python"), "waiting at `>>>`", id="no-debugger"),
        pytest.param(
            ProcessView("main:red", 1, "stopped", door=Location("a.py", 3, "f")),
            "at the debugger's door, a.py:3, in `f`",
            id="door",
        ),
        pytest.param(ProcessView("main:red", 1, "gone"), "ended", id="thread"),
        pytest.param(running(), "running", id="running"),
        pytest.param(ended(phase="zombie", code=3), "a zombie (exit 3)", id="zombie"),
        pytest.param(ended(code=7), "gone (exit 7)", id="gone"),
        pytest.param(ProcessView("main", 1, "gone"), "gone (exit status unknown)", id="gone-unseen"),
    ],
)
def test_each_phase_of_a_process_has_its_words(view: ProcessView, said: str) -> None:
    assert status_text(view) == said


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (ExitStatus(code=0), "exit 0"),
        (ExitStatus(signal=15), "killed by SIGTERM"),
        (ExitStatus(signal=40), "killed by signal 40"),
        (None, "exit status unknown"),
    ],
)
def test_each_kind_of_end_has_its_words(how: ExitStatus | None, said: str) -> None:
    assert ending(how) == said


def test_a_location_names_its_function_but_not_module_level() -> None:
    assert location(Location("a.py", 3, "f")) == "a.py:3, in `f`"
    assert location(Location("a.py", 3, "<module>")) == "a.py:3"
