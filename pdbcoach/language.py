"""Translations of the interface: gettext, with the catalogues beside this module.

A catalogue, such as ``locale/zh.po``, is read as translators edit it, when its language is first used.
English is in the code.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

_CATALOGUES: Final = Path(__file__).parent / "locale"
_used: gettext.NullTranslations = gettext.NullTranslations()


def use(lang: str) -> None:
    """Use the language of ``lang``, such as ``zh`` or ``zh_CN.UTF-8``; English if it has no catalogue."""
    global _used
    _used = gettext.NullTranslations()
    catalogue = _CATALOGUES / f"{language_of(lang)}.po"
    if catalogue.is_file():
        import polib

        _used = gettext.GNUTranslations(BytesIO(polib.pofile(str(catalogue)).to_binary()))


@contextmanager
def in_english() -> Iterator[None]:
    """In the block, messages are as they are in the code."""
    global _used
    before, _used = _used, gettext.NullTranslations()
    try:
        yield
    finally:
        _used = before


def language_of(lang: str) -> str:
    """Return the language alone: ``zh`` for ``zh_CN.UTF-8``, ``en`` if ``lang`` names none."""
    language = re.split("[_.@-]", lang, maxsplit=1)[0].lower()
    return language if language.isalpha() and language not in ("c", "posix") else "en"


def locale_of(environment: Mapping[str, str]) -> str:
    """Return the locale for messages, such as ``zh_CN.UTF-8``, or an empty string (order as in POSIX)."""
    return next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )


def _(text: str) -> str:
    """Return ``text`` in the language in use."""
    return _used.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the plural form for ``number``, with ``{number}`` filled in."""
    return _used.ngettext(one, many, number).format(number=number)
