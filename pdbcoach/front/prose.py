"""The Markdown of lessons as lines for a terminal: paragraphs, lists, code and emphasis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count, repeat
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct
from rich.text import Text

from pdbcoach.report.escape import visible

_CODE: Final = "bold"
"""Bold and no colour, so it can be read on any background."""


class Paragraph(Struct, frozen=True):
    """Lines that belong together. ``first`` comes before the first one, spaces before the others."""

    first: str
    lines: tuple[Text, ...]
    wraps: bool = True
    """False for code, whose lines must not be wrapped."""


def paragraphs(markdown: str) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text. An empty line goes between two of them, but not in a tight list.

    Backquotes stay, because code must be recognisable without colour.
    """
    bullets: list[str] = []
    lists: list[Iterator[str]] = []
    first = True
    for token in _parser().parse(markdown):
        match token.type:
            case "bullet_list_open":
                lists.append(repeat("* "))
            case "ordered_list_open":
                lists.append(map("{}. ".format, count(int(token.attrs.get("start", 1)))))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                bullets.append(next(lists[-1]))
                first = True
            case "list_item_close":
                bullets.pop()
            case "inline":
                text = _inline(token.children or ())
                yield Paragraph(_indent(bullets, first), tuple(text.split("\n")))
                first = False
            case "code_block" | "fence":
                lines = map(Text, visible(token.content.removesuffix("\n")).split("\n"))
                yield Paragraph(_indent(bullets, first) + "    ", tuple(lines), wraps=False)
                first = False


def _indent(bullets: Sequence[str], first: bool) -> str:
    if not bullets:
        return ""
    outer = " " * sum(len(bullet) for bullet in bullets[:-1])
    return outer + (bullets[-1] if first else " " * len(bullets[-1]))


def _inline(tokens: Sequence[Token]) -> Text:
    text = Text()
    styles: list[str] = []
    for token in tokens:
        match token.type:
            case "text":
                text.append(visible(token.content), " ".join(styles))
            case "code_inline":
                text.append(f"`{visible(token.content)}`", _CODE)
            case "softbreak":
                text.append(" ")
            case "hardbreak":
                text.append("\n")
            case "strong_open":
                styles.append("bold")
            case "em_open":
                styles.append("italic")
            case "strong_close" | "em_close":
                styles.pop()
            case _:
                text.append(visible(token.content), " ".join(styles))
    return text


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink", "entity"])
