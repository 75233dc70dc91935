from __future__ import annotations

import itertools
import re
import signal
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.matching import transcript
from pdbcoach.matching.expressions import bounded
from pdbcoach.matching.pattern import escape
from pdbcoach.matching.redact import normalise
from pdbcoach.matching.transcript import Matched, match, rejected
from pdbcoach.matching.verdict import OutputMismatch
from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex

NOTHING: Mapping[str, str] = {}


def span(line: int = 1) -> Span:
    return Span(Path("x.yaml"), line, 1)


def block(text: str, line: int = 1) -> OutputBlock:
    return OutputBlock(text, span(line))


def regex(pattern: str) -> Regex:
    return Regex(pattern, span())


def item(written: str | ExpectItem) -> ExpectItem:
    return block(written) if isinstance(written, str) else written


def any_order(*items: str | ExpectItem) -> AnyOrder:
    return AnyOrder(tuple(map(item, items)), span())


def maybe(*items: str | ExpectItem) -> Maybe:
    return Maybe(tuple(map(item, items)), span())


def not_(pattern: str | Regex) -> Not:
    return Not(block(pattern) if isinstance(pattern, str) else pattern, span(7))


def on(specifier: str, *then: str | ExpectItem) -> OnPython:
    return OnPython(specifier, tuple(map(item, then)), span())


def compare(
    *items: str | ExpectItem, output: str, known: Mapping[str, str] = NOTHING, python: str = "3.13.0"
) -> Matched | OutputMismatch:
    return match(Expect(tuple(map(item, items)), span()), output, known, python)


def is_match(*items: str | ExpectItem, output: str, python: str = "3.13.0") -> bool:
    return isinstance(compare(*items, output=output, python=python), Matched)


def captured(*items: str | ExpectItem, output: str, known: Mapping[str, str] = NOTHING) -> Mapping[str, str]:
    result = compare(*items, output=output, known=known)
    assert isinstance(result, Matched), result
    return result.captures


def mismatch(*items: str | ExpectItem, output: str, known: Mapping[str, str] = NOTHING) -> OutputMismatch:
    result = compare(*items, output=output, known=known)
    assert isinstance(result, OutputMismatch)
    return result


BLOCKS = [
    pytest.param("a\nb\n", "a\nb", True, id="lines"),
    pytest.param("a\nb", "a\nb", True, id="no-line-break-at-the-end"),
    pytest.param("a\n", "a\nb", False, id="a-line-more"),
    pytest.param("a\nb\n", "a", False, id="a-line-less"),
    pytest.param("a\nc\nb\n", "a\nb", False, id="a-line-missing-inside"),
    pytest.param("a\n\nb\n", "a\n\nb", True, id="empty-line-inside"),
    pytest.param("a\nb\n", "a\n\nb", False, id="empty-line-not-expected"),
    pytest.param("\na\n", "\na", True, id="empty-line-first"),
    pytest.param("a\n\n\n", "a", True, id="empty-lines-at-the-end"),
    pytest.param("a", "a\n\n", True, id="empty-lines-at-the-end-of-output"),
    pytest.param("", "", True, id="nothing"),
    pytest.param("", "a", False, id="nothing-and-something-came"),
    pytest.param("\n", "", True, id="an-empty-line-is-nothing"),
    pytest.param("a", "", False, id="something-and-nothing-came"),
    pytest.param("...", "", True, id="gap-nothing"),
    pytest.param("...", "a\nb", True, id="gap-all"),
    pytest.param("...  \n", "a\nb", True, id="gap-trailing-blanks"),
    pytest.param(" ...", "a", False, id="gap-indented-is-none"),
    pytest.param("a\n...\nb", "a\nb", True, id="gap-of-none"),
    pytest.param("a\n...\nb", "a\nx\nb\nb", True, id="gap-as-long-as-needed"),
    pytest.param("a\n...", "b\na", False, id="gap-after"),
    pytest.param("...\na\n...\nb\n...", "x\nb\na\nx\nb", True, id="gaps"),
    pytest.param("...\na\n...\na\n...", "x\na\nx", False, id="one-line-for-two"),
    pytest.param("\\...", "...", True, id="escaped-gap"),
    pytest.param("\\...", "x", False, id="escaped-gap-is-none"),
]


@pytest.mark.parametrize(("text", "output", "matches"), BLOCKS)
def test_a_block_is_the_whole_output(text: str, output: str, matches: bool) -> None:
    assert is_match(text, output=output) is matches


@pytest.mark.parametrize(
    ("items", "output", "matches"),
    [
        pytest.param(["a", "b"], "a\nb", True, id="in-order"),
        pytest.param(["a", "b"], "b\na", False, id="out-of-order"),
        pytest.param(["a", "b"], "a\nx\nb", False, id="a-gap"),
        pytest.param(["a", "...", "b"], "a\nx\nb", True, id="a-gap-that-is-allowed"),
        pytest.param(["a\n...", "b"], "a\nx\nb", True, id="a-gap-at-the-end-of-a-block"),
        pytest.param(["a", "...\nb"], "a\nx\nb", True, id="a-gap-at-the-start-of-a-block"),
        pytest.param(["a", "", "b"], "a\nb", True, id="an-empty-block-among-others"),
        pytest.param([regex("a+")], "aaa", True, id="regex"),
        pytest.param([regex("a+")], "aaab", False, id="regex-is-a-full-match"),
        pytest.param([regex("a")], "a\na", False, id="regex-of-one-line"),
        pytest.param([regex(r"a\nb")], "a\nb", True, id="regex-of-two-lines"),
        pytest.param([regex("(?s)a.*b"), "c"], "a\nx\nb\nb\nc", True, id="regex-of-any-lines"),
        pytest.param([regex("[^x]*"), "c"], "a\nb\nc", True, id="regex-of-all-but"),
        pytest.param([regex(r"a\s+b$"), "c"], "a\nb\nc", True, id="regex-anchored"),
        pytest.param(["...", regex(r"^b\sc$"), "..."], "a\nb\nc\nd", True, id="regex-anchored-inside"),
        pytest.param([regex("(?i)A")], "a", True, id="regex-flags"),
        pytest.param([regex(".*")], "", False, id="regex-needs-a-line"),
        pytest.param([any_order("a", "b", "c")], "c\na\nb", True, id="any-order"),
        pytest.param([any_order("a", "b")], "a\nb\nc", False, id="any-order-and-more"),
        pytest.param([any_order("a", "b")], "a", False, id="any-order-and-less"),
        pytest.param([any_order("a", "b")], "a\nx\nb", False, id="any-order-without-gaps"),
        pytest.param([any_order("a", "a")], "a", False, id="any-order-does-not-overlap"),
        pytest.param([any_order("a", "a"), "b"], "a\na\nb", True, id="any-order-equal-items"),
        pytest.param([any_order("a[..]", "ab")], "ab\nac", True, id="any-order-vague-first"),
        pytest.param([any_order("a\nb", "a")], "a\na\nb", True, id="any-order-of-blocks"),
        pytest.param([any_order("a", "...")], "x\ny\na", True, id="any-order-with-a-gap"),
        pytest.param([any_order("a", maybe("b"))], "a", True, id="any-order-optional"),
        pytest.param([any_order("a", any_order("b", "c")), "d"], "c\nb\na\nd", True, id="any-order-nested"),
        pytest.param(
            [any_order("a", any_order("b", "c"))], "b\na\nc", False, id="any-order-is-kept-together"
        ),
        pytest.param([any_order("a", on(">=3.14", "b"))], "a", True, id="any-order-other-python"),
        pytest.param([any_order()], "", True, id="any-order-of-nothing"),
        pytest.param(["a", maybe("b"), "c"], "a\nb\nc", True, id="optional-there"),
        pytest.param(["a", maybe("b"), "c"], "a\nc", True, id="optional-not-there"),
        pytest.param(["a", maybe("b"), "c"], "a\nb\nb\nc", False, id="optional-only-once"),
        pytest.param([maybe("a"), "a"], "a", True, id="optional-gives-way"),
        pytest.param([maybe("a", "b"), "a"], "a\nb\na", True, id="optional-items"),
        pytest.param([maybe("a")], "", True, id="optional-alone"),
        pytest.param([maybe("a")], "b", False, id="optional-alone-and-something-else"),
        pytest.param(["...", not_("b")], "a\nc", True, id="not-there"),
        pytest.param(["...", not_("b")], "a\nb\nc", False, id="not-and-there"),
        pytest.param(["...", not_("b")], "a\nbb", False, id="not-within-a-line"),
        pytest.param(["...", not_("[..]b[..]")], "a\nabc", False, id="not-a-part-of-a-line"),
        pytest.param(["...", not_("b\nc")], "b\nx\nc", True, id="not-consecutive"),
        pytest.param(["...", not_("b\nc")], "a\nb\nc\nd", False, id="not-consecutive-and-there"),
        pytest.param(["...", not_("b\n...\nc")], "a\nb\nx\nc\nd", False, id="not-with-a-gap"),
        pytest.param(["...", not_("b\n\n")], "a\nb", False, id="not-before-an-empty-line-that-was-cut"),
        pytest.param(["...", not_(regex("b+"))], "a\nbbb", False, id="not-regex"),
        pytest.param(["...", not_(regex(r"a\nb"))], "x\na\nb", False, id="not-regex-of-two-lines"),
        pytest.param(["...", not_(regex("b"))], "abc", False, id="not-regex-within-a-line"),
        pytest.param(["a", not_("x"), "b"], "a\nb", True, id="not-consumes-nothing"),
        pytest.param([any_order("a", not_("x"), "b")], "b\na", True, id="not-is-no-item"),
        pytest.param([not_("x")], "a\nb", True, id="only-not"),
        pytest.param([not_("x")], "x", False, id="only-not-and-there"),
        pytest.param([not_("x")], "", True, id="only-not-and-nothing-came"),
        pytest.param([], "", True, id="no-items"),
        pytest.param([], "a", False, id="no-items-and-something-came"),
    ],
)
def test_items_match_in_order(items: list[str | ExpectItem], output: str, matches: bool) -> None:
    assert is_match(*items, output=output) is matches


@pytest.mark.parametrize(
    ("python", "output", "matches"),
    [
        pytest.param("3.12.4", "old", True, id="old"),
        pytest.param("3.13.0", "new", True, id="new"),
        pytest.param("3.13.0", "old", False, id="new-prints-old"),
        pytest.param("3.13.0b1", "new", True, id="beta"),
        pytest.param("3.13.0b1", "old", False, id="beta-prints-old"),
        pytest.param("3.13.0a1+", "new", True, id="working-tree"),
    ],
)
def test_items_for_other_pythons_do_not_count(python: str, output: str, matches: bool) -> None:
    items: list[str | ExpectItem] = ["a", on("<3.13", "old"), on(">=3.13", "new"), "b"]
    assert is_match(*items, output=f"a\n{output}\nb", python=python) is matches


def test_an_expectation_for_other_pythons_only_matches_anything() -> None:
    assert is_match(on(">=3.14", "a"), output="anything\nat all")
    assert not is_match(on(">=3.13", ""), output="anything")


def test_new_captures_join_the_known_ones() -> None:
    known = {"w": "1"}
    assert captured("[x:..] = [w]", output="a = 1", known=known) == {"w": "1", "x": "a"}
    assert captured("...", output="a", known=known) == known
    assert known == {"w": "1"}


@pytest.mark.parametrize(
    ("items", "output", "captures"),
    [
        pytest.param(["[x:..]\n[x:..]"], "a\na", {"x": "a"}, id="twice"),
        pytest.param(["[x:..]", "[x]!"], "a\na!", {"x": "a"}, id="in-another-item"),
        pytest.param(["[x:..] [..]\n<[x]>"], "a b c\n<a b>", {"x": "a b"}, id="another-way-to-split"),
        pytest.param(
            ["...\n[x:..]=[..]\n...\n[x]"], "a=1\nb=2\nb", {"x": "b"}, id="another-line-to-capture-from"
        ),
        pytest.param(
            [any_order("[x:..] starts", "[y:..] starts"), "[x] ends\n[y] ends"],
            "1 starts\n2 starts\n2 ends\n1 ends",
            {"x": "2", "y": "1"},
            id="another-order",
        ),
        pytest.param(
            [any_order("[x:..] [..]", "<[x]>")],
            "a b c\n<a b>",
            {"x": "a b"},
            id="in-another-item-in-any-order",
        ),
        pytest.param(
            ["[x:..]\n...", not_("<[x]>")], "a\n<[x]>", {"x": "a"}, id="not-is-read-after-the-captures"
        ),
        pytest.param([maybe("[x:..]"), "a"], "a", {}, id="optional-not-there"),
        pytest.param([maybe("[x:..]"), "[x]"], "[x]", {}, id="literal-where-nothing-was-captured"),
        pytest.param(["[x:..] [..]\n...", not_("<[x]>")], "a b c\n<a>", {"x": "a b"}, id="not-decides"),
        pytest.param(["...", not_("[x:..]!")], "a", {}, id="not-captures-nothing"),
    ],
)
def test_a_name_can_be_used_in_the_expectation_that_captures_it(
    items: list[str | ExpectItem], output: str, captures: dict[str, str]
) -> None:
    assert captured(*items, output=output) == captures


def test_a_name_keeps_its_text_through_the_scenario() -> None:
    assert is_match("[x:..]", output="2")
    assert isinstance(compare("[x:..]", output="2", known={"x": "1"}), OutputMismatch)
    assert captured("[x:..]", output="1", known={"x": "1"}) == {"x": "1"}


def test_a_forbidden_pattern_can_use_captured_names() -> None:
    assert mismatch("[x:..]\n...", not_("<[x]>"), output="a\n<a>").reason == "`<[x]>` must not occur (line 2)"
    assert mismatch("...", not_("<[x]>"), output="<a>", known={"x": "a"}).actual_at == 0


# --- what is said about a mismatch -----------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "output", "reason", "expected_at", "actual_at"),
    [
        pytest.param(["a\nb\nc"], "a\nx\nc", "line 2 differs", 1, 1, id="a-line"),
        pytest.param(["a", "b"], "a\nx", "line 2 differs", 1, 1, id="in-the-second-item"),
        pytest.param(["  a"], "a", "line 1 differs in its blanks only", 0, 0, id="blanks"),
        pytest.param(
            ["a\n-> total = 0"],
            "a",
            "output ended where `-> total = 0` was expected",
            1,
            None,
            id="too-short",
        ),
        pytest.param(["a"], "", "nothing was printed where `a` was expected", 0, None, id="no-output"),
        pytest.param(["a"], "a\nb\nc", "2 more lines came than expected", None, 1, id="too-long"),
        pytest.param(["a"], "a\nb", "1 more line came than expected", None, 1, id="too-long-by-one"),
        pytest.param([""], "a", "nothing was expected, but 1 line came", None, 0, id="nothing-expected"),
        pytest.param(
            ["a\n[x:..]\n<[x]>"],
            "a\n12\n<13>",
            "line 3 differs: `[x]` was captured as '12' earlier",
            2,
            2,
            id="captured-as-something-else",
        ),
        pytest.param(
            ["a\n[[x]]"],
            "a\n[[x]]",
            "line 2 is written the same, but means something else: write `[[x]]` for the text `[x]`",
            1,
            1,
            id="written-the-same",
        ),
        pytest.param(
            ["...\na\nb"], "x\na\nc\nd", "line 3 differs", 2, 2, id="after-a-gap-where-most-was-matched"
        ),
        pytest.param(
            ["...\na"], "x\ny", "output ended where `a` was expected", 1, None, id="what-a-gap-ends-at"
        ),
        pytest.param(
            [regex("a+")], "b", "line 1 does not match the regular expression `a+`", 0, 0, id="regex"
        ),
        pytest.param(
            ["a", maybe("b"), "c"], "a\nx", "line 2 differs", 2, 1, id="optional-is-not-what-is-missing"
        ),
        pytest.param(["a", maybe("b\nc"), "d"], "a\nb\nx", "line 3 differs", 2, 2, id="inside-optional"),
        pytest.param(
            ["z", any_order("a", "b", "c")],
            "z\nb\nx",
            "line 3 is none of the 2 that were still to come, in any order",
            1,
            2,
            id="any-order",
        ),
        pytest.param(
            [any_order("a", "b", "c")],
            "b",
            "output ended where 2 more items were expected",
            0,
            None,
            id="any-order-too-short",
        ),
        pytest.param(
            [any_order("a", on(">=3.14", "d"), "b")],
            "x",
            "line 1 is none of the 2 that were still to come, in any order",
            0,
            0,
            id="any-order-with-an-item-for-another-python",
        ),
        pytest.param([any_order("a", "b\nc")], "b\nx", "line 2 differs", 2, 1, id="inside-any-order"),
    ],
)
def test_a_mismatch_has_reason_and_place(
    items: list[str | ExpectItem], output: str, reason: str, expected_at: int | None, actual_at: int | None
) -> None:
    found = mismatch(*items, output=output)
    assert (found.reason, found.expected_at, found.actual_at) == (reason, expected_at, actual_at)
    assert found.actual == tuple(output.split("\n") if output else ())


def test_a_mismatch_shows_the_expectation_as_written() -> None:
    found = mismatch("a [x:..]\n...\n", regex("b+"), not_("z"), on("<3", "c"), maybe("d"), output="q")
    assert found.expected == ("a [x:..]", "...", "{re: b+}", "d")


def test_a_mismatch_points_at_its_item() -> None:
    assert mismatch(block("a", 3), block("b", 4), output="a\nx").span == span(4)
    assert mismatch(block("a", 3), output="a\nx").span == span(1)


def test_forbidden_output_is_reported_first() -> None:
    found = mismatch("a", not_("Traceback[..]\n  x"), output="b\n\nTraceback (most\n  x")
    assert found == OutputMismatch(
        span(7),
        "`Traceback[..]` and the 1 line after it must not occur (line 3)",
        ("Traceback[..]", "  x"),
        ("b", "", "Traceback (most", "  x"),
        0,
        2,
    )


def test_a_rejected_pattern_is_found_anywhere() -> None:
    reject = (block("b", 1), block("x", 2), regex("a|c"), block("[k]", 4))
    found = rejected(reject, "a\nb\nc")
    assert [(one.reason, one.actual_at) for one in found] == [
        ("`b` must not occur (line 2)", 1),
        ("`{re: a|c}` must not occur (line 1)", 0),
    ]
    assert [one.span.line for one in rejected(reject, "v", {"k": "v"})] == [4]
    assert rejected(reject, "") == ()


# --- properties ------------------------------------------------------------------------------

TEXT = st.text(st.sampled_from("ab. [x]:\\\n\t") | st.characters(exclude_categories=["Cs"]))
LINES = st.lists(st.sampled_from("abc"), max_size=6)


@given(TEXT)
def test_escaped_output_matches_itself(text: str) -> None:
    output = normalise(text, None)
    assert is_match(escape(output), output=output)


@given(TEXT)
def test_a_gap_matches_anything(text: str) -> None:
    assert is_match("...", output=normalise(text, None))
    assert is_match("...\n...", output=text)


@given(LINES, LINES)
def test_any_order_matches_every_order(items: list[str], lines: list[str]) -> None:
    assert is_match(any_order(*items), output="\n".join(lines)) == (sorted(items) == sorted(lines))


ATOMS = st.one_of(
    st.lists(st.sampled_from(["a", "b", "...", "[..]"]), min_size=1, max_size=3).map("\n".join).map(block),
    st.sampled_from(["a|b", "(?s)a.*", r"[^b]+", r"b\na"]).map(regex),
)
ITEMS: st.SearchStrategy[ExpectItem] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: maybe(*items)),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: any_order(*items)),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: on(">=3.9", *items)),
    ),
    max_leaves=5,
)


def ends(items: tuple[ExpectItem, ...], lines: tuple[str, ...], at: int) -> Iterator[int]:
    """Return all lines at which ``items``, begun at line ``at``, can end, by brute force."""
    if not items:
        yield at
        return
    first, rest = items[0], items[1:]
    for end in set(ends_of(first, lines, at)):
        yield from ends(rest, lines, end)


def ends_of(one: ExpectItem, lines: tuple[str, ...], at: int) -> Iterator[int]:
    match one:
        case OutputBlock(text):
            patterns = [
                r"(?:[^\n]*\n)*" if line == "..." else line.replace("[..]", r"[^\n]*") + r"\n"
                for line in text.split("\n")
            ]
            for end in range(at, len(lines) + 1):
                if re.fullmatch("".join(patterns), "".join(line + "\n" for line in lines[at:end])):
                    yield end
        case Regex(pattern):
            for end in range(at + 1, len(lines) + 1):
                if re.fullmatch(pattern, "\n".join(lines[at:end])):
                    yield end
        case Maybe(inner):
            yield at
            yield from ends(inner, lines, at)
        case AnyOrder(inner):
            for order in itertools.permutations(inner):
                yield from ends(order, lines, at)
        case OnPython(_, then):
            yield from ends(then, lines, at)


@given(st.lists(ITEMS, min_size=1, max_size=3), st.lists(st.sampled_from("ab"), max_size=5))
def test_a_search_matches_what_brute_force_matches(items: list[ExpectItem], lines: list[str]) -> None:
    possible = len(lines) in set(ends(tuple(items), tuple(lines), 0))
    assert is_match(*items, output="\n".join(lines)) == possible


@given(st.lists(ITEMS, min_size=1, max_size=3), st.lists(st.sampled_from("ab"), max_size=5))
def test_a_mismatch_points_into_what_it_shows(items: list[ExpectItem], lines: list[str]) -> None:
    found = compare(*items, output="\n".join(lines))
    if isinstance(found, OutputMismatch):
        assert found.reason
        assert found.expected_at is None or found.expected_at < len(found.expected)
        assert found.actual_at is None or found.actual_at < len(found.actual)
        assert (found.expected_at, found.actual_at) != (None, None)


@given(ATOMS, st.lists(st.sampled_from("ab"), max_size=5))
def test_not_finds_what_brute_force_finds(pattern: OutputBlock | Regex, lines: list[str]) -> None:
    output = "\n".join(lines)
    if isinstance(pattern, Regex):
        occurs = re.search(pattern.pattern, output) is not None
    else:
        wide = replace(pattern, text="\n".join(_anywhere(pattern.text.split("\n"))))
        occurs = any(True for at in range(len(lines)) for _ in ends_of(wide, tuple(lines), at))
    assert bool(rejected([pattern], output)) == occurs


def _anywhere(lines: list[str]) -> list[str]:
    """Return the block with any lines before and after it; a ``...`` already allows them."""
    if lines[0] != "...":
        lines = ["[..]" + lines[0], *lines[1:]]
    return lines if lines[-1] == "..." else [*lines[:-1], lines[-1] + "[..]"]


# --- hostile expectations --------------------------------------------------------------------


def numbered(count: int) -> str:
    return "\n".join(f"line {number} of many" for number in range(count))


@pytest.mark.parametrize(
    ("items", "output", "matches"),
    [
        pytest.param(["...\n[..]a[..]\n" * 20 + "b"], "a\n" * 3_000, False, id="gaps"),
        pytest.param(["..." for _ in range(200)], "a\n" * 3_000, True, id="gaps-only"),
        pytest.param(["[..]\n" * 2_000], "a\n" * 2_000, True, id="a-long-block"),
        pytest.param([maybe("a") for _ in range(300)], "a\n" * 300 + "b", False, id="optionals"),
        pytest.param([any_order(*["[..]"] * 30), "b"], "a\n" * 31, False, id="equal-in-any-order"),
        pytest.param(
            [any_order(*(str(n) for n in range(200)))],
            "\n".join(map(str, range(199, -1, -1))),
            True,
            id="many-in-any-order",
        ),
        pytest.param(["...", not_(regex(r"Traceback\s.*"))], numbered(20_000), True, id="not-a-long-output"),
        pytest.param(["...", not_("...\nx\n...")], numbered(20_000), True, id="not-with-gaps"),
        pytest.param(["...", regex(r"(?s)line 19999.*")], numbered(20_000), True, id="regex-after-a-gap"),
        pytest.param(
            ["\n".join(f"[x{n}:..][y{n}:..]" for n in range(50)), "z"],
            numbered(51),
            False,
            id="captures-that-nobody-needs",
        ),
    ],
)
def test_hostile_expectations_come_to_an_end(
    items: list[str | ExpectItem], output: str, matches: bool
) -> None:
    result = compare(*items, output=output)
    assert isinstance(result, Matched) is matches
    # They end because there is little to try, not because the search was given up.
    assert isinstance(result, Matched) or "too many ways" not in result.reason


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(
            [any_order(*(f"[..]{n}[..]" for n in range(10)), *(f"[..][..]{n} [..]" for n in range(10))), "z"],
            id="any-order",
        ),
        pytest.param(
            [
                "\n".join(f"[x{n}:..] [..]" for n in range(20)),
                "\n".join(f"[..][x{n}][..]!" for n in range(20)),
            ],
            id="captures",
        ),
    ],
)
def test_a_search_with_too_many_ways_is_given_up(items: list[str | ExpectItem]) -> None:
    output = "\n".join(["0 1 2 3 4 5 6 7 8 9 " * 3 + "."] * 40)
    assert "too many ways" in mismatch(*items, output=output).reason


ENDLESS = regex("(a+)+b")
LAST_STRAW = "a" * 60 + "c"


@pytest.mark.parametrize("items", [["...", ENDLESS], [not_(ENDLESS), "..."]], ids=["expected", "forbidden"])
def test_a_slow_regular_expression_is_given_up(
    items: list[str | ExpectItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "bounded", lambda: bounded(0.05))
    before = signal.getsignal(signal.SIGVTALRM)
    assert "took too long" in mismatch(*items, output=LAST_STRAW).reason
    (found,) = rejected([ENDLESS], LAST_STRAW)
    assert "took too long" in found.reason
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_another_thread_has_no_time_limit() -> None:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(compare(regex("(a|b)*c"), output="abac")))
    thread.start()
    thread.join()
    assert found == [Matched()]


def test_a_pattern_with_a_future_warning_is_silent() -> None:
    assert is_match(regex("[[a]"), output="[")  # a FutureWarning, which is an error in tests


# --- anything against anything -----------------------------------------------------------------

PIECES = st.sampled_from(
    ["[..]", "[x:..]", "[x]", "[pid]", "[[..]]", "...", "\n", "a", "1", " ", "\\...", "[", "]", "/"]
)
ANY_BLOCK = st.one_of(
    st.lists(PIECES, min_size=1, max_size=8).map("".join), st.text(min_size=1, max_size=8)
).filter(str.strip)
EXPRESSIONS = st.text("ab1.*+?|()[]^$\\d{},:=!<", min_size=1, max_size=8)
ANY_OUTPUT = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


def compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


ANY_ATOM = st.one_of(ANY_BLOCK.map(block), EXPRESSIONS.filter(compiles).map(regex))
ANY_ITEM = st.one_of(
    ANY_ATOM,
    st.lists(ANY_ATOM, min_size=1, max_size=3).map(lambda items: maybe(*items)),
    st.lists(ANY_ATOM, min_size=1, max_size=3).map(lambda items: any_order(*items)),
    ANY_ATOM.map(not_),
)


@settings(max_examples=200)
@given(items=st.lists(ANY_ITEM, min_size=1, max_size=3), output=ANY_OUTPUT)
def test_anything_can_be_expected_of_anything(items: list[ExpectItem], output: str) -> None:
    output = normalise(output, None)
    for found in (compare(*items, output=output), *rejected([block("[..]"), regex("a|b*")], output)):
        if isinstance(found, OutputMismatch):
            assert found.reason
            assert found.expected_at is None or 0 <= found.expected_at < max(1, len(found.expected))
            assert found.actual_at is None or 0 <= found.actual_at < max(1, len(found.actual))


@settings(max_examples=200)
@given(text=ANY_OUTPUT)
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text, None)
    assert normalise(once, None) == once
