"""Every message of the interface is in every catalogue, and a catalogue has no others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from pdbcoach import language

PACKAGE = Path(language.__file__).parent
CATALOGUES = sorted((PACKAGE / "locale").glob("*.po"))
MARKED = {"_", "_message"}
"""Functions that are called with a message; ``_message`` marks one that is translated later."""


def messages() -> Iterator[tuple[str, str]]:
    """Yield each message of the package with its plural, which is empty for most."""
    for module in sorted(PACKAGE.rglob("*.py")):
        if module.is_relative_to(PACKAGE / "scenarios"):  # programs of lessons, in an installed package
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if node.func.id in MARKED and texts:
                yield texts[0], ""
            elif node.func.id == "ngettext":
                yield texts[0], texts[1]


MESSAGES = dict(messages())
each_catalogue = pytest.mark.parametrize("catalogue", CATALOGUES, ids=[one.stem for one in CATALOGUES])


def entries(catalogue: Path) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(catalogue))}


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_chinese_messages_are_found() -> None:
    assert [one.stem for one in CATALOGUES] == ["zh"]
    language.use("zh_CN.UTF-8")
    try:
        assert language._("Press Ctrl-C.") == "按 Ctrl-C。"
        assert language.ngettext("Review: {number} task.", "Review: {number} tasks.", 5) == "复习：5 个任务。"
    finally:
        language.use("")


@each_catalogue
def test_a_catalogue_holds_every_message_and_no_other(catalogue: Path) -> None:
    held = {msgid: entry.msgid_plural for msgid, entry in entries(catalogue).items()}
    assert held == MESSAGES


@each_catalogue
def test_no_message_is_left_in_english(catalogue: Path) -> None:
    found = {msgid: translations(entry) for msgid, entry in entries(catalogue).items()}
    assert [msgid for msgid, texts in found.items() if not all(texts) or msgid in texts] == []


@pytest.mark.parametrize("pattern", [r"\{\w+\}", r"`[^`]*`", r"\A\s|\s\Z"], ids=["names", "code", "blanks"])
@each_catalogue
def test_code_names_and_spaces_are_the_same(catalogue: Path, pattern: str) -> None:
    for msgid, entry in entries(catalogue).items():
        original = sorted(re.findall(pattern, entry.msgid_plural or msgid))
        for text in translations(entry):
            assert sorted(re.findall(pattern, text)) == original, msgid
