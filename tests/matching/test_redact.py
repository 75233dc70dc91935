from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.matching.redact import normalise, split_lines

ESC = "\x1b"
CONTROL_TEXT = st.text(alphabet="ab \t\r\n\x07\x08\x1b\x90\x9b\x9c\x9d[]P\\;?0m/", max_size=40)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("a\r\nb\r\n", "a\nb", id="crlf"),
        pytest.param("a\r\r\nb", "a\nb", id="crlf-written-to-a-terminal"),
        pytest.param("\ra", "a", id="return-at-the-beginning"),
        pytest.param("a\r", "a", id="return-at-the-end"),
        pytest.param("10%\r20%\r\r30%\n", "10%\n20%\n30%", id="return-inside-hides-nothing"),
        pytest.param("a  \nb\t \n", "a\nb", id="trailing-blanks"),
        pytest.param("  a", "  a", id="leading-blanks-stay"),
        pytest.param("a\n\n \n", "a", id="empty-lines-at-the-end"),
        pytest.param("\n\na\n\nb", "\n\na\n\nb", id="other-empty-lines-stay"),
        pytest.param("\n", "", id="only-a-line-break"),
        pytest.param("a\x08b\x07", "a\x08b\x07", id="backspace-and-bell-are-not-interpreted"),
        pytest.param("a\x0cb\u2028c\x85d", "a\x0cb\u2028c\x85d", id="no-line-breaks-of-a-terminal"),
    ],
)
def test_line_ends_and_spaces_are_normalised(text: str, plain: str) -> None:
    assert normalise(text, None) == plain


@pytest.mark.parametrize(
    "sequence",
    [
        pytest.param(f"{ESC}[m", id="csi-bare"),
        pytest.param(f"{ESC}[1;31m", id="csi-colour"),
        pytest.param(f"{ESC}[38:2::1:2:3m", id="csi-colons"),
        pytest.param(f"{ESC}[?2004l\r", id="csi-private-and-return"),
        pytest.param(f"{ESC}[2 q", id="csi-intermediate"),
        pytest.param("\x9b31m", id="csi-8-bit"),
        pytest.param(f"{ESC}]0;a title\x07", id="osc-bel"),
        pytest.param(f"{ESC}]8;;http://x/y{ESC}\\", id="osc-st"),
        pytest.param("\x9d0;title\x9c", id="osc-8-bit"),
        pytest.param(f"{ESC}P1$r0m{ESC}\\", id="dcs"),
        pytest.param(f"{ESC}Pq#0;2\n-~{ESC}\\", id="dcs-over-lines"),
        pytest.param(f"{ESC}_apc{ESC}\\", id="apc"),
        pytest.param(f"{ESC}7", id="save-cursor"),
        pytest.param(f"{ESC}=", id="keypad"),
        pytest.param(f"{ESC}c", id="reset"),
        pytest.param(f"{ESC}(B", id="character-set"),
        pytest.param(f"{ESC}#8", id="alignment"),
        pytest.param(f"{ESC}{ESC}[1m", id="escape-twice"),
        pytest.param("\x9c", id="stray-terminator"),
    ],
)
def test_control_sequences_are_removed(sequence: str) -> None:
    assert normalise(f"{sequence}x\n", None) == "x"
    assert normalise(f"y z{sequence}", None) == "y z"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param(f"{ESC}]0;title\nb", "0;title\nb", id="osc"),
        pytest.param(f"a{ESC}[12", "a", id="csi"),
        pytest.param(f"a{ESC}", "a", id="escape"),
        pytest.param(f"{ESC}Pabc\nd", "abc\nd", id="dcs"),
    ],
)
def test_an_unterminated_sequence_hides_no_output(text: str, plain: str) -> None:
    assert normalise(text, None) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("> /tmp/w/tally.py(4)f()", "> tally.py(4)f()", id="a-file"),
        pytest.param("'/tmp/w/a', '/tmp/w/b'", "'a', 'b'", id="twice"),
        pytest.param("/tmp/w/pkg/a.py", "pkg/a.py", id="in-a-folder"),
        pytest.param("in /tmp/w", "in", id="the-folder"),
        pytest.param("in '/tmp/w/'.", "in ''.", id="the-folder-with-slash"),
        pytest.param("in /tmp/w.", "in .", id="end-of-a-sentence"),
        pytest.param("/tmp/w2/a", "/tmp/w2/a", id="a-neighbour"),
        pytest.param("/tmp/w-2/a /tmp/w.bak/a", "/tmp/w-2/a /tmp/w.bak/a", id="more-neighbours"),
        pytest.param("/private/tmp/w/a", "/private/tmp/w/a", id="the-end-of-a-longer-path"),
        pytest.param(r"'x\n/tmp/w/a'", r"'x\na'", id="behind-an-escape-in-a-repr"),
        pytest.param(f"/tmp/{ESC}[1mw/a", "a", id="torn-by-a-colour"),
    ],
)
def test_the_work_folder_is_removed(text: str, plain: str) -> None:
    assert normalise(text, "/tmp/w") == plain
    assert normalise(text, "/tmp/w/") == plain


@pytest.mark.parametrize("folder", [pytest.param("", id="empty"), pytest.param("/", id="root")])
def test_no_folder_removes_nothing(folder: str) -> None:
    assert normalise("/tmp/w/a", folder) == "/tmp/w/a"


def test_a_folder_is_taken_literally() -> None:
    assert normalise("/t/a+b #(1)/x /t/aab #1/x", "/t/a+b #(1)") == "x /t/aab #1/x"


@given(CONTROL_TEXT)
def test_normal_text_stays_as_it_is(text: str) -> None:
    once = normalise(text, None)
    assert normalise(once, None) == once


@given(CONTROL_TEXT)
def test_no_terminal_control_is_left(text: str) -> None:
    plain = normalise(text, None)
    assert not set(plain) & set("\r\x1b\x90\x9b\x9c\x9d")
    assert all(line == line.rstrip(" \t") for line in plain.split("\n"))
    assert not plain.endswith("\n")


@pytest.mark.parametrize(
    "piece", ["\r", "\x1b", "\x1b]", "\x9d", "\x90\x9d", "\x1b[1", " ", "\n", "/tmp/w"], ids=repr
)
def test_long_hostile_text_is_read_once(piece: str) -> None:
    # Quadratic behaviour would take minutes.
    normalise("a" + piece * 300_000 + "a", "/tmp/w")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("a", ("a",), id="one"),
        pytest.param("\na \n\nb\n\n", ("", "a", "", "b"), id="several"),
        pytest.param("a\x0cb", ("a\x0cb",), id="form-feed"),
    ],
)
def test_text_is_split_into_lines(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines
