from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pdbcoach.cli import main
from pdbcoach.progress.store import Store

Output = pytest.CaptureFixture[str]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    (tmp_path / "one" / "programs").mkdir(parents=True)
    (tmp_path / "one" / "programs" / "p.py").write_text("x = 1\n")
    (tmp_path / "one" / "pack.yaml").write_text(
        "format: 1\nid: one\ntitle: The first\norder: [late, early]\n"
    )
    for name, extra in (("early", "level: extra\npython: '>=3.9'\n"), ("late", "teaches: [p]\n")):
        (tmp_path / "one" / f"{name}.yaml").write_text(
            f"format: 1\nid: {name}\ntitle: It is {name}\nrun: python -m pdb p.py\n{extra}"
            "steps:\n  - send: p 1\n    expect: '1'\n  - send: q\n    ends: {main: exit 0}\n"
        )
    return tmp_path


def test_packs_and_scenarios_are_listed(packs: Path, capsys: Output) -> None:
    assert main(["list", str(packs)]) == 0
    assert capsys.readouterr().out == (
        "one: The first (2 scenarios)\n"
        "  late   It is late: p\n"
        "  early  It is early (extra) [Python >=3.9]\n"
        "\n"
    )


def test_the_list_shows_how_far_the_learner_is(
    packs: Path, capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
    now = datetime.now(UTC)
    with Store.open() as store:
        store.complete("one/late", "task", now)
        store.complete("one/early", "watch", now)
    assert main(["list", str(packs)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("It is late: p - finished")
    assert lines[2].endswith("[Python >=3.9] - begun")


def test_an_unreadable_store_hides_no_lesson(
    packs: Path, capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "progress.db").write_text("no database at all, but long enough for one" * 30)
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
    assert main(["list", str(packs)]) == 0
    shown = capsys.readouterr()
    assert "It is late: p\n" in shown.out
    assert "is damaged" in shown.err


def test_titles_can_be_in_another_language(
    packs: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    (packs / "one" / "pack.zh.yaml").write_text("title: 第一包\n")
    (packs / "one" / "late.zh.yaml").write_text("title: 晚\n")
    assert main(["list", str(packs), "--lang", "zh"]) == 0
    translated = capsys.readouterr().out
    assert translated.splitlines()[:2] == ["one: 第一包 (2 scenarios)", "  late   晚: p"]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["list", str(packs)]) == 0
    assert capsys.readouterr().out == translated


def test_the_list_can_be_json(packs: Path, capsys: Output) -> None:
    assert main(["list", str(packs), "--json"]) == 0
    (pack,) = json.loads(capsys.readouterr().out)["packs"]
    assert (pack["id"], pack["title"]) == ("one", "The first")
    assert [(one["id"], one["level"], one["teaches"]) for one in pack["scenarios"]] == [
        ("late", "core", ["p"]),
        ("early", "extra", []),
    ]


def test_all_shipped_packs_are_listed_by_default(capsys: Output) -> None:
    assert main(["list", "--json"]) == 0
    assert "basics" in [pack["id"] for pack in json.loads(capsys.readouterr().out)["packs"]]
