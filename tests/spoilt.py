"""Documents with one thing wrong, for tests of their readers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


@st.composite
def spoilt(draw: st.DrawFn, document: Any, others: st.SearchStrategy[Any]) -> Any:
    """Return a tree of dicts and lists with one place removed or replaced by one of ``others``."""
    if isinstance(document, dict) and document and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(document)))
        rest = {name: value for name, value in document.items() if name != key}
        return rest if draw(st.integers(0, 5)) == 0 else {**rest, key: draw(spoilt(document[key], others))}
    if isinstance(document, list) and document and draw(st.integers(0, 4)):
        at = draw(st.integers(0, len(document) - 1))
        return [*document[:at], draw(spoilt(document[at], others)), *document[at + 1 :]]
    return draw(others)
