"""``pdbcoach review``: what it chooses, and that lessons are practised as tasks."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pdbcoach.progress.records import AttemptRecord
from pdbcoach.progress.store import Store


def review(home: Path, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pdbcoach", "review", "--no-predict"],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PDBCOACH_HOME": str(home), "LANG": "C.UTF-8"},
    )


@pytest.fixture
def learner(tmp_path: Path) -> Path:
    """Return the progress of a learner with two passed lessons whose commands are due again."""
    long_ago = datetime.now(UTC) - timedelta(days=30)
    with Store.open(tmp_path) as store:
        for lesson, command in (("basics/arrow-not-yet-run", "next"), ("basics/args-right-now", "args")):
            store.record(AttemptRecord(long_ago, lesson, 1, "n", "done", 0, "task", "3.11.7", (command,), ()))
            store.complete(lesson, "task", long_ago)
    return tmp_path


def test_a_new_learner_gets_the_first_lessons(tmp_path: Path) -> None:
    done = review(tmp_path, ":quit\n")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "· Review: 5 tasks.\n  basics/arrow-not-yet-run  new\n  basics/list-and-enter     new\n"
    )
    assert "You haven't practised anything yet." in done.stdout


def test_due_topics_come_first_even_from_finished_lessons(learner: Path) -> None:
    done = review(learner, ":quit\n")
    tasks = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[1:6])
    first = next(name for name, why in tasks.items() if why == "due")
    assert first in ("basics/arrow-not-yet-run", "basics/args-right-now")
    assert sorted(set(tasks.values())) == ["a bug hunt", "due", "new"]


def test_lessons_are_tasks_one_after_another(learner: Path) -> None:
    done = review(learner, ":skip\n\n" * 20)
    assert done.returncode == 1  # the input ended in the middle of a lesson
    assert done.stdout.count("· task: you type") >= 2
    assert "watch:" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_review_says_what_is_due_next(learner: Path) -> None:
    shown = review(learner, ":quit\n").stdout
    assert "Due now: " in shown


def test_a_missing_python_is_refused(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "pdbcoach", "review", "--python", "9.9"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PDBCOACH_HOME": str(tmp_path)},
    )
    assert refused.returncode == 2
    assert "9.9 is no target" in refused.stderr
