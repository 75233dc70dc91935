"""A new scenario passes as it is written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pdbcoach.authoring import new
from pdbcoach.authoring.lint import lint
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import ScenarioFinished, Target
from pdbcoach.replay.runner import replay
from pdbcoach.scenario.packs import load_pack


@pytest.mark.parametrize("in_pack", [pytest.param(True, id="in-a-pack"), pytest.param(False, id="alone")])
def test_a_new_scenario_passes(tmp_path: Path, in_pack: bool) -> None:
    files = new.plan("my-first-1", tmp_path, in_pack=in_pack)
    new.write(files)
    linted = lint(files[0].path)
    assert linted.findings == ()
    (scenario,) = linted.scenarios
    *_, last = replay(scenario, Target(sys.executable, "{}.{}.{}".format(*sys.version_info[:3])))
    assert isinstance(last, ScenarioFinished)
    assert last.result.verdict == "passed"


@pytest.mark.parametrize(
    "order",
    [
        pytest.param("order: [one]  # in order\n", id="in-brackets"),
        pytest.param("order:\n  - one   # the first\nlicense: MIT\n", id="below-one-another"),
    ],
)
def test_a_new_scenario_is_added_to_the_order_of_its_pack(tmp_path: Path, order: str) -> None:
    new.write(new.plan("one", tmp_path, in_pack=True))
    (tmp_path / "pack.yaml").write_text(f"# mine\nformat: 1\nid: p\ntitle: P\n{order}")
    new.write(new.plan("two", tmp_path, in_pack=False))
    assert load_pack(tmp_path).order == ("one", "two")
    text = (tmp_path / "pack.yaml").read_text()
    assert text.startswith("# mine\n")
    assert ("# in order" in text) or ("# the first" in text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("My Lesson", "is no id", id="no-kebab"),
        pytest.param("there", "exists already", id="taken"),
    ],
)
def test_a_bad_or_taken_id_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "there.yaml").write_text("mine")
    with pytest.raises(PdbcoachError, match=message):
        new.plan(name, tmp_path, in_pack=False)
    assert (tmp_path / "there.yaml").read_text() == "mine"
