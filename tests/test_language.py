"""The language of the interface: what a locale means, and every word in every catalogue."""

from __future__ import annotations

import pytest

from pdbcoach import language


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        pytest.param("zh_CN.UTF-8", "zh", id="locale"),
        pytest.param("zh", "zh", id="language"),
        pytest.param("pt-BR", "pt", id="tag"),
        pytest.param("C.UTF-8", "en", id="c"),
        pytest.param("POSIX", "en", id="posix"),
        pytest.param("", "en", id="none"),
        pytest.param("../../etc", "en", id="a-path"),
    ],
)
def test_language_of(lang: str, expected: str) -> None:
    assert language.language_of(lang) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({"LC_ALL": "zh_CN", "LANG": "en_US"}, "zh_CN", id="lc-all-first"),
        pytest.param({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh_TW", id="then-messages"),
        pytest.param({"LC_ALL": "", "LANG": "en_US"}, "en_US", id="empty-is-unset"),
        pytest.param({}, "", id="none"),
    ],
)
def test_locale_of(environment: dict[str, str], expected: str) -> None:
    assert language.locale_of(environment) == expected


def test_without_a_catalogue_english_is_spoken() -> None:
    language.use("tlh")
    assert language._("task") == "task"
    assert language.ngettext("{number} step", "{number} steps", 2) == "2 steps"
