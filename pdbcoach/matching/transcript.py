"""What a step should have printed, compared with what it printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.matching.expressions import OutOfPatienceError, bounded, compiled
from pdbcoach.matching.grammar import Flattened, RegexPiece, flatten, link, names
from pdbcoach.matching.pattern import TooManyWaysError
from pdbcoach.matching.redact import split_lines
from pdbcoach.matching.search import Search, Stuck, Unordered
from pdbcoach.matching.verdict import OutputMismatch
from pdbcoach.scenario.model import Expect, Not, OutputBlock, Regex

_NOTHING_KNOWN: Mapping[str, str] = {}
_GAVE_UP: Mapping[type[Exception], str] = {
    TooManyWaysError: "the pattern fits in too many ways to try them all; "
    "say more in it, or use fewer `[..]` beside captures",
    OutOfPatienceError: "a regular expression took too long on this output; "
    "is there a repetition in a repetition, as in `(a+)+`?",
}


class Matched(Struct, frozen=True):
    """The output is as expected. ``captures`` has everything known now, old and new."""

    captures: Mapping[str, str] = field(default_factory=dict)


def match(expect: Expect, output: str, captures: Mapping[str, str], python: str) -> Matched | OutputMismatch:
    """Compare ``output``, as ``normalise`` returns it, with ``expect`` on the Python ``python``.

    ``captures`` has what earlier steps captured. A name keeps its text through the scenario: ``[x:..]``
    must match the same text again. Spaces at the ends of lines and empty lines at the end do not count on
    either side. If all items are for other Pythons, or only say what must not occur, any output matches.
    """
    flat = flatten(expect, python)
    lines = split_lines(output)
    # A forbidden pattern may use what this very output captures, so it is checked after matching.
    late = [item for item in flat.forbidden if _names(item) & flat.captures]
    for item in flat.forbidden:
        if item not in late and (mismatch := _occurrence(item.item, item.span, lines, captures)):
            return mismatch
    if not flat.asserts_lines:
        return Matched(dict(captures))
    return _search(expect, flat, late, lines, captures)


def _search(
    expect: Expect, flat: Flattened, late: Sequence[Not], lines: tuple[str, ...], captures: Mapping[str, str]
) -> Matched | OutputMismatch:
    """Match the pieces of ``expect`` in a way in which nothing of ``late`` occurs."""
    occurred: list[OutputMismatch] = []

    def nothing_forbidden(known: Mapping[str, str]) -> bool:
        found = [_occurrence(item.item, item.span, lines, known) for item in late]
        occurred.extend(mismatch for mismatch in found if mismatch)
        return not any(found)

    automaton = link(flat, frozenset().union(*map(_names, late)))
    search = Search(automaton, lines, captures)
    try:
        with bounded() if automaton.has_regex else nullcontext():
            known = search.match(nothing_forbidden)
    except (TooManyWaysError, OutOfPatienceError) as error:
        return OutputMismatch(expect.span, _GAVE_UP[type(error)], automaton.lines, lines, 0, 0)
    if known is not None:
        return Matched(known)
    if occurred:
        return occurred[0]
    assert search.stuck is not None, "a search that matches nothing is stuck somewhere"
    return _mismatch(expect.span, search.stuck, automaton.lines, lines)


def rejected(
    reject: Sequence[OutputBlock | Regex], output: str, captures: Mapping[str, str] = _NOTHING_KNOWN
) -> tuple[OutputMismatch, ...]:
    """Return one mismatch for each pattern that occurs anywhere in ``output``, also within a line."""
    lines = split_lines(output)
    found = (_occurrence(item, item.span, lines, captures) for item in reject)
    return tuple(mismatch for mismatch in found if mismatch is not None)


def _occurrence(
    item: OutputBlock | Regex, span: Span, lines: tuple[str, ...], known: Mapping[str, str]
) -> OutputMismatch | None:
    written = tuple(_flat(item).lines)
    try:
        at = _first_line(item, lines, known)
    except (TooManyWaysError, OutOfPatienceError) as error:
        return OutputMismatch(span, _GAVE_UP[type(error)], written, lines, 0, 0)
    if at is None:
        return None
    more = len(written) - 1
    what = f"`{written[0]}`" + (f" and the {_count(more, 'line')} after it" if more else "")
    return OutputMismatch(span, f"{what} must not occur (line {at + 1})", written, lines, 0, at)


def _first_line(item: OutputBlock | Regex, lines: tuple[str, ...], known: Mapping[str, str]) -> int | None:
    if isinstance(item, OutputBlock):
        return Search(link(_flat(replace(item, text=_anywhere(item.text)))), lines, known).find()
    output = "\n".join(lines)
    with bounded():
        found = compiled(item.pattern, re.MULTILINE).search(output)
    return None if found is None else output.count("\n", 0, found.start())


def _names(item: Not) -> frozenset[str]:
    return names(_flat(item.item).pieces)


def _flat(item: OutputBlock | Regex) -> Flattened:
    return flatten(Expect((item,), item.span))


def _anywhere(text: str) -> str:
    """Return the block with any text allowed before its first line and after its last one."""
    lines = ["..." if line.rstrip() == "\\..." else line for line in text.rstrip("\n").split("\n")]
    if text.split("\n")[0].rstrip() != "...":
        lines[0] = f"[..]{lines[0]}"
    if text.rstrip("\n").split("\n")[-1].rstrip() != "...":
        lines[-1] = f"{lines[-1]}[..]"
    return "\n".join(lines)


def _mismatch(span: Span, stuck: Stuck, expected: tuple[str, ...], actual: tuple[str, ...]) -> OutputMismatch:
    on, line = stuck.on, stuck.line
    actual_at = line if line < len(actual) else None
    if on is None:
        more = len(actual) - line
        came = f"{_count(more, 'more line')} came than expected"
        if not expected:
            came = f"nothing was expected, but {_count(more, 'line')} came"
        return OutputMismatch(span, came, expected, actual, None, actual_at)
    if actual_at is None:
        wanted = f"{on.left} more items were" if isinstance(on, Unordered) else f"`{expected[on.at]}` was"
        reason = f"output ended where {wanted} expected"
        if not actual:
            reason = f"nothing was printed where {wanted} expected"
    else:
        reason = _difference(stuck, expected, actual[line])
    return OutputMismatch(on.span, reason, expected, actual, on.at, actual_at)


def _difference(stuck: Stuck, expected: tuple[str, ...], came: str) -> str:
    """Describe how the line that came differs from what the search was stuck on."""
    on = stuck.on
    assert on is not None
    where = f"line {stuck.line + 1}"
    if isinstance(on, Unordered):
        return f"{where} is none of the {on.left} that were still to come, in any order"
    if isinstance(on, RegexPiece):
        return f"{where} does not match the regular expression `{on.regex.pattern}`"
    written = expected[on.at]
    name = on.pattern.fits_but_for(came, stuck.known)
    if name is not None:
        return f"{where} differs: `[{name}]` was captured as {stuck.known[name]!r} earlier"
    if written.rstrip() == came.rstrip():
        return f"{where} is written the same, but means something else: write `[[x]]` for the text `[x]`"
    if written.split() == came.split():
        return f"{where} differs in its blanks only"
    return f"{where} differs"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
