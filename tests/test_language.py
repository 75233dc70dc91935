"""The language of the interface, and what a locale means for it."""

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
def test_a_locale_names_its_language(lang: str, expected: str) -> None:
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
def test_the_locale_follows_posix(environment: dict[str, str], expected: str) -> None:
    assert language.locale_of(environment) == expected


def test_a_language_without_a_catalogue_is_english() -> None:
    language.use("tlh")
    assert language._("task") == "task"
    assert language.ngettext("{number} step", "{number} steps", 2) == "2 steps"
