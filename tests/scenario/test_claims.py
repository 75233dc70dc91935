from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.errors import ScenarioError
from pdbcoach.scenario.claims import ProbeOutcome, checked_ids, load_claims

LIST = """\
format: 1
claims:
  - id: one-line
    for: [M01, pack/lesson]
    claim: It prints.
    files: {a.py: "print(1)"}
    run: python -m pdb a.py
    type: [n, q]
    within: 3
    then:
      - {python: "<3.13", shows: ["1"], exit: 0}
      - {python: ">=3.13", lacks: ["2"], running: true}
"""


def test_a_claim_is_read(tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text(LIST)
    (claim,) = load_claims(file).values()
    assert (claim.id, claim.span.line, claim.about) == ("one-line", 3, ("M01", "pack/lesson"))
    assert (claim.files, claim.run) == ({"a.py": "print(1)"}, ("-m", "pdb", "a.py"))
    assert (claim.type, claim.within) == (("n", "q"), 3.0)
    assert claim.then == (
        ProbeOutcome("<3.13", ("1",), (), 0, False),
        ProbeOutcome(">=3.13", (), ("2",), None, True),
    )


@pytest.mark.parametrize("pack", [".", "pack"])
def test_a_pack_has_its_own_claims_and_those_of_the_folder_above(tmp_path: Path, pack: str) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / pack / "claims.yaml").write_text(LIST)
    assert checked_ids(tmp_path / "pack") == {"M01", "pack/lesson"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param("id: one-line", "id: One", 3, "`One` is not a kebab-case name", id="id"),
        pytest.param("a.py: ", "../a.py: ", 6, "a path inside the work folder", id="file"),
        pytest.param("python -m", "python3.9 -m", 7, "must start with the word `python`", id="run"),
        pytest.param('"<3.13"', '"3.13"', 11, "`3.13` is not a version specifier", id="python"),
        pytest.param('lacks: ["2"], running: true', "", 12, "this proves nothing", id="no-proof"),
        pytest.param("type:", "types:", 8, "did you mean `type`?", id="unknown-key"),
        pytest.param("    claim: It prints.\n", "", 3, "a claim needs `claim`", id="no-sentence"),
    ],
)
def test_what_is_wrong_has_its_place(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text(LIST.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load_claims(file)
    (problem,) = caught.value.problems
    assert problem.span.line == line
    assert message in problem.message


def test_an_id_is_there_once(tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text(LIST + LIST.partition("claims:\n")[2])
    with pytest.raises(ScenarioError, match="`one-line` is there twice; it is already on line 3"):
        load_claims(file)
