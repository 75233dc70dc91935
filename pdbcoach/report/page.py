"""A lesson as a web page: no script, nothing fetched, with a light and a dark style."""

from __future__ import annotations

from html import escape

from markdown_it import MarkdownIt

_STYLE = """\
:root { color-scheme: light dark; --line: #8886; --code: #8882; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--line); border-radius: .4rem;
      background: var(--code); line-height: 1.35; }
code { font-family: ui-monospace, monospace; font-size: .92em; background: var(--code); }
pre code { background: none; }
h1, h2 { border-bottom: 1px solid var(--line); }"""


def page(title: str, markdown: str, language: str = "en") -> str:
    """Return a complete HTML document. ``language`` is a BCP 47 tag.

    Raw HTML in ``markdown`` is shown as text; links stay, images don't load.
    """
    renderer = MarkdownIt("commonmark", {"html": False}).disable("image")
    body = renderer.render(markdown)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
