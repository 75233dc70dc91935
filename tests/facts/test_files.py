from __future__ import annotations

import pytest

from pdbcoach.facts.base import is_file


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        pytest.param("tally.py", "tally.py", True, id="equal"),
        pytest.param("tally.py", "/x/tally.py", True, id="in-a-folder"),
        pytest.param("tally.py", "/x/mytally.py", False, id="part-of-a-name"),
        pytest.param("pkg/mod.py", "/x/pkg/mod.py", True, id="components"),
        pytest.param("pkg/mod.py", "/x/mypkg/mod.py", False, id="part-of-a-component"),
        pytest.param("pkg/mod.py", "mod.py", False, id="less-than-expected"),
        pytest.param("./tally.py", "tally.py", True, id="here"),
        pytest.param("/x/tally.py", "/x/tally.py", True, id="absolute"),
        pytest.param("/tally.py", "/x/tally.py", False, id="absolute-is-no-suffix"),
        pytest.param("<stdin>", "<stdin>", True, id="no-file"),
        pytest.param("Tally.py", "tally.py", False, id="case"),
    ],
)
def test_a_file_is_named_by_its_last_components(expected: str, actual: str, same: bool) -> None:
    assert is_file(expected, actual) is same
