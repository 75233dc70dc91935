"""Several processes use one file, and one of them is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from progress.learner import HALFWAY, NOON, attempt, day

import pdbcoach
from pdbcoach.progress.records import Score
from pdbcoach.progress.store import FILE, Store

SOURCE = os.pathsep.join([str(Path(pdbcoach.__file__).parents[1]), str(Path(__file__).parents[1])])

LEARNER = """
import sys
from pathlib import Path
from progress.learner import HALFWAY, NOON, attempt
from pdbcoach.progress.records import Score
from pdbcoach.progress.store import Store

home, me = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
"""

HAMMER = """
with Store.open(home) as store:
    for number in range(1, 101):
        store.record(attempt(typed=me, step=number), HALFWAY)
        store.complete("basics/into-or-over", "task", NOON, Score(number, 0))
    print(store.take_trouble())
"""

COME_AND_GO = """
for number in range(1, 21):
    with Store.open(home) as store:
        store.record(attempt(typed=me, step=number))
        trouble = store.take_trouble()
        if trouble:
            print(trouble)
print("end")
"""

RECORD_FOR_EVER = """
store = Store.open(home)
number = 0
while True:
    number += 1
    store.record(attempt(step=number), HALFWAY)
    print(number, flush=True)
"""


def learner(then: str, home: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", LEARNER + then, str(home), name],
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(then: str, home: Path, names: str) -> list[str]:
    """Return what each of several processes printed that were released at the same moment."""
    with ExitStack() as stack:
        learners = [stack.enter_context(learner(then, home, name)) for name in names]
        for one in learners:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in learners:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        return [one.communicate(timeout=120)[0] for one in learners]


def everything(home: Path) -> list[tuple[str, int]]:
    with Store.read(home) as store:
        return sorted((one.typed, one.step) for one in store.attempts())


def test_two_processes_can_write_at_once(home: Path) -> None:
    assert said(HAMMER, home, "ab") == ["None\n"] * 2
    assert everything(home) == [(name, number) for name in "ab" for number in range(1, 101)]
    with Store.read(home) as store:
        assert store.lesson("basics/into-or-over").best == Score(1, 0)


def test_processes_can_open_and_close_at_once(home: Path) -> None:
    assert said(COME_AND_GO, home, "abc") == ["end\n"] * 3
    assert everything(home) == [(name, number) for name in "abc" for number in range(1, 21)]
    assert sorted(path.name for path in home.iterdir()) == [FILE, f"{FILE}.good"]


def test_damage_found_by_several_processes_is_mended_once(home: Path) -> None:
    home.mkdir(parents=True)
    (home / FILE).write_bytes(b"not a database at all\n" * 50)
    told = [text.removesuffix("end\n") for text in said(COME_AND_GO, home, "abc")]
    assert len([text for text in told if text]) == 1
    assert everything(home) == [(name, number) for name in "abc" for number in range(1, 21)]
    assert len(list(home.glob(f"{FILE}.damaged-*"))) == 1


def test_a_written_attempt_survives_a_kill(home: Path) -> None:
    with learner(RECORD_FOR_EVER, home, "a") as one:
        assert one.stdin is not None
        assert one.stdout is not None
        one.stdin.write("go\n")
        one.stdin.flush()
        number = 0
        while number < 20:
            line = one.stdout.readline()
            number = 0 if line == "ready\n" else int(line)
        one.kill()
    with Store.open(home) as store:
        assert store.take_trouble() is None
        steps = [attempt.step for attempt in store.attempts()]
        assert steps == list(range(1, len(steps) + 1))
        assert len(steps) >= 20
        assert store.lesson("basics/into-or-over").position == HALFWAY


def test_two_practices_of_one_lesson_lose_nothing(home: Path) -> None:
    with Store.open(home) as one, Store.open(home) as other:
        one.complete("basics/into-or-over", "guided", NOON)
        other.record(attempt(day(1)), HALFWAY)
        one.complete("basics/into-or-over", "watch", day(2))
        assert other.lesson("basics/into-or-over").passed == "guided"
        assert one.attempts() == (attempt(day(1)),)


@pytest.mark.parametrize("first", [pytest.param(0, id="first-come"), pytest.param(1, id="last-come")])
def test_the_last_to_close_leaves_only_the_file(home: Path, first: int) -> None:
    stores = [Store.open(home), Store.open(home)]
    for store in stores:
        store.record(attempt())
    stores[first].close()
    stores[1 - first].close()
    assert [path.name for path in home.iterdir()] == [FILE]
