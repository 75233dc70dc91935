from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.matching.pattern import Budget, LinePattern, TooManyWaysError, escape

NOTHING: Mapping[str, str] = {}


def ways(
    pattern: str, line: str, known: Mapping[str, str] = NOTHING, needed: str = ""
) -> list[dict[str, str]]:
    parsed = LinePattern.parse(pattern)
    return list(parsed.matches(line, known, needed.split(), Budget(100_000)))


def fits(pattern: str, line: str, known: Mapping[str, str] = NOTHING) -> bool:
    return bool(ways(pattern, line, known))


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("abc", "abc", id="literal"),
        pytest.param("abc  ", "abc", id="trailing-blanks"),
        pytest.param("a.*+(b)|[c]^$\\d{2}", "a.*+(b)|[c]^$\\d{2}", id="regex-characters"),
        pytest.param("[..]", "", id="any-none"),
        pytest.param("[..]", "abc", id="any"),
        pytest.param("> [..]tally.py(4)f()", "> /x/tally.py(4)f()", id="any-inside"),
        pytest.param("[..]a[..]a[..]", "xaxax", id="any-thrice"),
        pytest.param("a[..]a", "aa", id="any-between"),
        pytest.param("[..]ab", "aabab", id="any-then-last"),
        pytest.param("x = [..]", "x =", id="any-for-blanks-that-were-cut"),
        pytest.param("x = [name:..]", "x =", id="capture-for-blanks-that-were-cut"),
        pytest.param("[1, 2, 3]", "[1, 2, 3]", id="a-list"),
        pytest.param("[x]", "[x]", id="unknown-name"),
        pytest.param("[EOF]", "[EOF]", id="end-of-file"),
        pytest.param("[[None], [True]]", "[[None], [True]]", id="lists-in-a-list"),
        pytest.param("[[None]]", "[[None]]", id="none-in-a-list-in-a-list"),
        pytest.param("[[..]]", "[..]", id="escaped-any"),
        pytest.param("[[pid]]", "[pid]", id="escaped-built-in"),
        pytest.param("[[x]]", "[x]", id="escaped-name"),
        pytest.param("[[x:..]]", "[x:..]", id="escaped-capture"),
        pytest.param("[[[..]]]", "[[..]]", id="escaped-between-brackets"),
        pytest.param("\\...", "...", id="escaped-any-lines"),
        pytest.param("\\\\...", "\\...", id="twice-escaped-any-lines"),
        pytest.param("\\... x", "\\... x", id="dots-with-more"),
        pytest.param("....", "....", id="four-dots"),
    ],
)
def test_a_pattern_matches(pattern: str, line: str) -> None:
    assert fits(pattern, line)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        pytest.param("", "a", id="empty"),
        pytest.param("abc", "abcd", id="longer"),
        pytest.param("abc", "xabc", id="begins-later"),
        pytest.param("  abc", "abc", id="leading-blanks"),
        pytest.param("a.c", "abc", id="dot-is-a-dot"),
        pytest.param("a[..]a", "a", id="one-letter-for-two"),
        pytest.param("[..]ab[..]ab", "ab", id="overlapping"),
        pytest.param("ab[..]ba", "aba", id="overlapping-ends"),
        pytest.param("[..]ab", "abc", id="not-at-the-end"),
        pytest.param("[[..]]", "abc", id="escaped-any"),
        pytest.param("[[x]]", "[[x]]", id="escaped-name"),
        pytest.param("[[pid]]", "12", id="escaped-built-in"),
        pytest.param("x =  [..]", "x = 1", id="blanks-that-were-not-cut"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, line: str) -> None:
    assert not fits(pattern, line)


@pytest.mark.parametrize(
    ("pattern", "line", "matches"),
    [
        pytest.param("[pid]", "4711", True, id="pid"),
        pytest.param("pid=[pid],", "pid=4711,", True, id="pid-inside"),
        pytest.param("[pid]", "x", False, id="pid-letters"),
        pytest.param("[pid]", "", False, id="pid-nothing"),
        pytest.param("[pid]", "\u0661\u0662", False, id="pid-other-digits"),
        pytest.param("1[pid]", "123", False, id="pid-half-a-number"),
        pytest.param("[..][pid][..]", "a 12 b", True, id="pid-anywhere"),
        pytest.param("[..]a[pid]", "a a1", True, id="pid-behind-a-later-text"),
        pytest.param("<f at [addr]>", "<f at 0x7fAB01>", True, id="addr"),
        pytest.param("[addr]", "7fab01", False, id="addr-without-prefix"),
        pytest.param("> [path](4)f()", "> /usr/lib/python3.13/bdb.py(4)f()", True, id="path"),
        pytest.param("> [path](4)f()", "> tally.py(4)f()", True, id="path-in-the-work-folder"),
        pytest.param("> [path]tally.py(4)f()", "> /x/y/tally.py(4)f()", True, id="path-then-a-name"),
        pytest.param('File "[path]", line [pid]', 'File "/x y/a.py", line 3', False, id="path-with-blank"),
        pytest.param('File "[path]", line [pid]', 'File "/x/a.py", line 3', True, id="path-quoted"),
        pytest.param("[path]py", "a.py", False, id="path-with-half-a-suffix"),
        pytest.param("[path]", "hello", False, id="path-a-word"),
        pytest.param("[path]", "<stdin>", False, id="path-stdin"),
        pytest.param("[path]", "1.5", False, id="path-a-number"),
        pytest.param("[path]", ".", False, id="path-a-dot"),
        pytest.param("[path]", "/", True, id="path-root"),
        pytest.param("[path]:[pid]", "a/b:12", True, id="path-and-line"),
        pytest.param("at [time]", "at 12:34:56", True, id="time-of-day"),
        pytest.param("at [time]", "at 12:34:56.789", True, id="time-with-fraction"),
        pytest.param("at [time]", "at 12:34:56,789", True, id="time-of-logging"),
        pytest.param("at [time]", "at 2024-01-31T12:34:56.789+01:00", True, id="time-iso"),
        pytest.param("at [time]", "at 2024-01-31 12:34:56Z", True, id="time-date"),
        pytest.param("in [time].", "in 0.123s.", True, id="duration"),
        pytest.param("in [time]", "in 1.2e-05 seconds", True, id="duration-words"),
        pytest.param("in [time]", "in 12 ms", True, id="duration-unit"),
        pytest.param("in [time]", "in 12", False, id="duration-without-unit"),
        pytest.param("in [time]", "in 12 sheep", False, id="duration-of-sheep"),
        pytest.param("in 1[time]", "in 12s", False, id="duration-half-a-number"),
    ],
)
def test_built_in_names_match_one_of_their_kind(pattern: str, line: str, matches: bool) -> None:
    assert fits(pattern, line) is matches


@pytest.mark.parametrize(
    ("pattern", "line", "captured"),
    [
        pytest.param("[x:..]", "abc", {"x": "abc"}, id="all"),
        pytest.param("[x:..]", "", {"x": ""}, id="nothing"),
        pytest.param("a [x:..] c", "a b c", {"x": "b"}, id="inside"),
        pytest.param("[x:..] [y:..]", "1 2 3", {"x": "1", "y": "2 3"}, id="shortest-first"),
        pytest.param("[x:..]-[x:..]", "a-b-a-b", {"x": "a-b"}, id="twice-in-a-line"),
        pytest.param("[x:..]-[x]", "a-b-a-b", {"x": "a-b"}, id="referred-to-in-its-line"),
        pytest.param("[x:..][..]-[x]!", "ab-ab!", {"x": "ab"}, id="referred-to-behind-any"),
        pytest.param("[x] [x:..]", "[x] 1", {"x": "1"}, id="literal-before-it-is-captured"),
        pytest.param("[x:..][pid]", "a12", {"x": "a"}, id="before-a-built-in"),
        pytest.param("[..][x:..]", "ab", {"x": "ab"}, id="after-any"),
        pytest.param("[my-name_2:..]!", "a!", {"my-name_2": "a"}, id="long-name"),
        pytest.param("[x:..] = [known]", "a = 1", {"x": "a"}, id="with-a-known-name"),
    ],
)
def test_a_capture_gets_the_shortest_text(pattern: str, line: str, captured: dict[str, str]) -> None:
    assert ways(pattern, line, {"known": "1"}) == [captured]


def test_every_way_is_found_if_the_text_matters_later() -> None:
    assert ways("[x:..],[..]", "a,b,c", needed="x") == [{"x": "a"}, {"x": "a,b"}]
    assert ways("[x:..],[..]", "a,b,c") == [{"x": "a"}]


@pytest.mark.parametrize("pattern", ["<[x]>", "<[x:..]>"], ids=["reference", "capture-again"])
def test_a_known_name_matches_its_text(pattern: str) -> None:
    assert ways(pattern, "<1.5>", {"x": "1.5"}) == [{}]
    assert not fits(pattern, "<1x5>", {"x": "1.5"})
    assert not fits(pattern, "<[x]>", {"x": "1.5"})


@pytest.mark.parametrize(
    ("pattern", "line", "name"),
    [
        pytest.param("pid [x]", "pid 13", "x", id="reference"),
        pytest.param("[a:..] [x:..]", "1 13", "x", id="capture"),
        pytest.param("[y] [x]", "7 13", "x", id="the-other-is-right"),
        pytest.param("pid [x]", "PID 13", None, id="more-differs"),
        pytest.param("pid [z]", "pid 13", None, id="unknown"),
    ],
)
def test_the_name_that_differs_is_found(pattern: str, line: str, name: str | None) -> None:
    assert LinePattern.parse(pattern).fits_but_for(line, {"x": "12", "y": "7"}) == name


@pytest.mark.parametrize(
    ("text", "block"),
    [
        pytest.param("a\n[..]", "a\n[[..]]", id="any"),
        pytest.param("...\n ...\n\\...", "\\...\n ...\n\\\\...", id="any-lines"),
        pytest.param("[EOF] [x] [pid] [1]", "[EOF] [[x]] [[pid]] [1]", id="names"),
        pytest.param("[[EOF]]", "[[[EOF]]]", id="in-brackets"),
    ],
)
def test_only_special_text_is_escaped(text: str, block: str) -> None:
    assert escape(text, captured=["x"]) == block


# --- against an oracle -----------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(["a", "b", "ab", "[..]", "[x:..]", "[x]", "[y:..]", "[k]", "[q]", "[pid]", "1"]),
    max_size=6,
)


def oracle(pieces: list[str]) -> re.Pattern[str]:
    """Return the same pattern for Python's own engine, which may take any time here."""
    seen: set[str] = set()
    made = ""
    for piece in pieces:
        name = piece[1:2]
        if piece == "[..]":
            made += ".*"
        elif piece == "[pid]":
            made += r"(?<![0-9])[0-9]+(?![0-9])"
        elif piece == "[k]":
            made += "ab"
        elif piece.endswith(":..]"):
            made += f"(?P={name})" if name in seen else f"(?P<{name}>.*)"
            seen.add(name)
        elif piece.startswith("["):
            made += f"(?P={name})" if name in seen else re.escape(piece)
        else:
            made += re.escape(piece)
    return re.compile(made)


@given(PIECES, st.text(alphabet="ab1", max_size=8))
def test_a_pattern_matches_as_a_regular_expression_would(pieces: list[str], line: str) -> None:
    assert fits("".join(pieces), line, {"k": "ab"}) == bool(oracle(pieces).fullmatch(line))


@given(PIECES, st.text(alphabet="ab1", max_size=8))
def test_every_way_found_is_a_match(pieces: list[str], line: str) -> None:
    # Before its capture, `[x]` is not a reference.
    pattern = "".join(piece for piece in pieces if piece != "[x]")
    for captured in ways(pattern, line, {"k": "ab"}, needed="x y"):
        assert fits(pattern, line, {"k": "ab", **captured})


BRACKETS = st.text(alphabet="[]x.:\\ pid", max_size=16)


@given(st.one_of(BRACKETS, st.text(st.characters(exclude_characters="\n"))))
def test_escaped_text_matches_itself(line: str) -> None:
    bare = line.rstrip(" \t")
    assert ways(escape(line), bare, {"x": "p", "p": "x"}) == [{}]
    assert ways(escape(line, captured=["x"]), bare, {"x": "p"}) == [{}]


@given(BRACKETS, BRACKETS)
def test_escaped_text_matches_nothing_else(line: str, other: str) -> None:
    assert fits(escape(line), other.rstrip(" ")) == (line.rstrip(" ") == other.rstrip(" "))


# --- hostile patterns ------------------------------------------------------------------------

LONG = "ab" * 50_000


@pytest.mark.parametrize(
    ("pattern", "line", "matches"),
    [
        pytest.param("[..]a" * 30 + "[..]c", LONG, False, id="any-30-times"),
        pytest.param("[..]a" * 30 + "[..]", LONG, True, id="any-30-times-matching"),
        pytest.param("[..]a[path]" * 15 + "c", LONG, False, id="paths"),
        pytest.param("[..]a[path]" * 15 + "c", "a/" * 50_000, False, id="paths-in-a-path"),
        pytest.param("[..]1[pid]" * 15 + "c", "1" * 100_000, False, id="pids"),
        pytest.param("[..][time]" * 15 + "c", "1:11:" * 20_000, False, id="times"),
        pytest.param("[..][addr]" * 15 + "c", "0x0" * 33_000, False, id="addresses"),
        pytest.param("".join(f"[x{n}:..]a" for n in range(30)) + "c", LONG, False, id="captures"),
        pytest.param("[x:..]" + "[" * 10_000, LONG, False, id="brackets"),
        pytest.param("[..]a" * 5_000, "a" * 1_000, False, id="a-long-pattern"),
        pytest.param("[x:..]" + "a[..]" * 2_000, "a" * 4_000, True, id="a-long-pattern-that-captures"),
    ],
)
def test_hostile_patterns_come_to_an_end(pattern: str, line: str, matches: bool) -> None:
    assert fits(pattern, line) is matches


def test_a_search_with_too_many_ways_is_given_up() -> None:
    names = [f"n{n}" for n in range(12)]
    pattern = "".join(f"[{name}:..]" for name in names) + "!" + "".join(f"[{name}]" for name in names)
    with pytest.raises(TooManyWaysError):
        fits(pattern, "a" * 200 + "b!" + "a" * 199 + "b")
