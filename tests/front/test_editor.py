"""The line editor, with keys from a pipe and its drawing dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from pdbcoach.front import editor as editors
from pdbcoach.front.editor import Editor
from pdbcoach.front.reader import Ask, Changed, Entered, Reply


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as made:
        yield made


@pytest.fixture
def editor(keys: PipeInput) -> Editor:
    return Editor(None, lambda text: None, input=keys, output=DummyOutput())


BARE = Ask("")


def read(editor: Editor, look: Callable[[], bool] = lambda: False, ask: Ask = BARE) -> Reply:
    return asyncio.run(editor.read(ask, look))


def test_an_entered_line_counts_whatever_happens_meanwhile(
    editor: Editor, keys: PipeInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editors, "_TICK", 0)
    keys.send_text("n\r")
    assert read(editor, lambda: editor._application.is_done) == Entered("n")
    keys.send_text("\r")
    assert read(editor) == Entered("")  # and it is no draft of the next one


def test_a_draft_returns_after_a_change(editor: Editor, keys: PipeInput) -> None:
    keys.send_text("p x")
    assert read(editor, lambda: editor._buffer.text == "p x") == Changed()
    keys.send_text(" + 1\r")
    assert read(editor) == Entered("p x + 1")


def test_keys_typed_ahead_survive_a_change(editor: Editor, keys: PipeInput) -> None:
    keys.send_text("p x\rp y\rp z")
    assert read(editor) == Entered("p x")
    assert read(editor) == Entered("p y")
    assert read(editor, lambda: editor._buffer.text == "p z") == Changed()
    keys.send_text("\r")
    assert read(editor) == Entered("p z")


@pytest.mark.parametrize(
    ("typed", "cut_short", "left"),
    [
        pytest.param("c\r\x03", True, "", id="behind-it"),
        pytest.param("c\rn\rn\r\x03p x", True, "p x", id="behind-more-that-is-dropped"),
        pytest.param("c\rp x", False, "p x", id="not-at-all"),
    ],
)
def test_ctrl_c_right_after_a_line_cuts_it_short(
    editor: Editor, keys: PipeInput, typed: str, cut_short: bool, left: str
) -> None:
    keys.send_text(typed)
    assert read(editor) == Entered("c")
    assert editor.was_cut_short() is cut_short
    assert not editor.was_cut_short()
    keys.send_text("!\r")
    assert read(editor) == Entered(f"{left}!")


def test_an_unread_ctrl_c_cuts_a_line_short(editor: Editor, keys: PipeInput) -> None:
    keys.send_text("c\r")
    assert read(editor) == Entered("c")
    keys.send_text("n\r\x03")
    assert editor.was_cut_short()


def test_an_error_in_a_key_handler_is_raised(editor: Editor, keys: PipeInput) -> None:
    def fails() -> list[str]:
        raise ValueError("no names today")

    keys.send_text(":in \t")
    with pytest.raises(ValueError, match="no names today"):
        read(editor, ask=Ask("", after={"in": fails}))


def test_an_error_while_a_line_is_typed_is_raised(editor: Editor, keys: PipeInput) -> None:
    def look() -> bool:
        raise ValueError("nothing to see")

    with pytest.raises(ValueError, match="nothing to see"):
        read(editor, look)
