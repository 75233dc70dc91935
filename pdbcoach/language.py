"""The interface's own words: gettext, with catalogues beside this module.

A catalogue is ``locale/zh.po``, as translators edit it; it is read when its language is first used.
English is in the code.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

_CATALOGUES: Final = Path(__file__).parent / "locale"
_used: gettext.NullTranslations = gettext.NullTranslations()


def use(lang: str) -> None:
    """Speak the language of ``lang``, such as ``zh`` or ``zh_CN.UTF-8``; English without a catalogue."""
    global _used
    _used = gettext.NullTranslations()
    catalogue = _CATALOGUES / f"{language_of(lang)}.po"
    if catalogue.is_file():
        import polib

        _used = gettext.GNUTranslations(BytesIO(polib.pofile(str(catalogue)).to_binary()))


def language_of(lang: str) -> str:
    """The language alone: ``zh`` for ``zh_CN.UTF-8``; ``en`` where none is named."""
    language = re.split("[_.@-]", lang, maxsplit=1)[0].lower()
    return language if language.isalpha() and language not in ("c", "posix") else "en"


def locale_of(environment: Mapping[str, str]) -> str:
    """The locale for messages, such as ``zh_CN.UTF-8``, in the order of POSIX; empty: none is set."""
    return next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )


def _(text: str) -> str:
    """``text`` in the language that is spoken."""
    return _used.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the language for ``number`` things; ``{number}`` stands for it."""
    return _used.ngettext(one, many, number).format(number=number)
