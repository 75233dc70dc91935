from __future__ import annotations

import fabricated as made

from pdbcoach.replay.result import Target
from pdbcoach.report.lines import plain
from pdbcoach.report.summary import summarise

OLD = Target("/usr/bin/python3.9", "3.9.18")


def test_one_target_has_no_table() -> None:
    assert (
        plain(summarise(made.replayed(made.result(), made.result(), seconds=1.5)))
        == "2 replays: 2 passed in 1.50 s\n"
    )


def test_a_failure_has_its_place_and_reason() -> None:
    failed = made.result([(made.step(), ()), (made.step(), (made.state_mismatch(),))], verdict="failed")
    assert plain(summarise(made.replayed(failed, seconds=100))).splitlines() == [
        "failed: fork-count-them on Python 3.13.0: step 2, /packs/fork/fork-count-them.yaml:13: "
        "at.line: expected 4, is 5",
        "1 replay: 0 passed, 1 failed in 1 min 40 s",
    ]


def test_a_skip_is_listed_once_for_all_targets() -> None:
    skipped = [
        made.result(verdict="skipped", reason="needs Python >=3.14", target=target)
        for target in (OLD, made.TARGET)
    ]
    text = plain(summarise(made.replayed(*skipped)))
    assert "skipped: fork-count-them on Python 3.9.18, 3.13.0: needs Python >=3.14\n" in text


def test_several_targets_have_a_table() -> None:
    results = [
        made.result(target=OLD),
        made.result(target=OLD, verdict="skipped", reason="why"),
        made.result(verdict="failed"),
    ]
    assert plain(summarise(made.replayed(*results))).splitlines()[-4:] == [
        "                passed   failed  skipped",
        "Python 3.9.18        1        0        1",
        "Python 3.13.0        0        1        0",
        "3 replays: 1 passed, 1 failed, 1 skipped in 0.00 s",
    ]


def test_a_scenario_that_could_not_run_counts() -> None:
    text = plain(summarise(made.replayed(made.result(), error="it \x1b[2J is gone")))
    assert "could not run: fork-count-them on Python 3.13.0: it \\x1b[2J is gone\n" in text
    assert "2 replays: 1 passed, 1 could not run" in text
