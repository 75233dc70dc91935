from __future__ import annotations

import pytest

from pdbcoach.matching.versions import admits


@pytest.mark.parametrize(
    ("specifier", "version", "is_in"),
    [
        pytest.param("", "3.9.0", True, id="any"),
        pytest.param(">=3.13", "3.13.0", True, id="from"),
        pytest.param(">=3.13", "3.12.9", False, id="before"),
        pytest.param("<3.13", "3.12.9", True, id="until"),
        pytest.param("<3.13", "3.13.0", False, id="not-until"),
        pytest.param(">=3.9,!=3.12.*", "3.12.4", False, id="but-not"),
        pytest.param("==3.12.*", "3.12.4", True, id="all-of-one"),
        pytest.param(">=3.15", "3.15.0b1", True, id="beta-from"),
        pytest.param("<3.15", "3.15.0b1", False, id="beta-until"),
        pytest.param(">=3.15.0b1", "3.15.0b2", True, id="beta-from-beta"),
        pytest.param(">=3.15", "3.15.0a0+", True, id="working-tree"),
    ],
)
def test_a_specifier_admits_a_version(specifier: str, version: str, is_in: bool) -> None:
    assert admits(specifier, version) is is_in
