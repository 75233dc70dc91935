"""A YAML file as its author wrote it: read within bounds, with all places, without building objects."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, field

from pdbcoach.errors import Problem, ScenarioError, Span

PACK_FILE = "pack.yaml"
MAX_BYTES = 1024 * 1024
MAX_DEPTH = 30
MAX_ALIASES = 20
MAX_NODES = 50_000
"""Nodes of a file after its aliases are expanded."""
MAX_PROBLEMS = 100
"""Problems reported for one file: nobody reads more, and finding them all could take long."""

_SHOWN = 400
"""Longest message and longest source line that help a reader."""

_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# U+0085, U+2028 and U+2029 are line breaks for YAML but not for editors: line numbers would differ.
UNWANTED = re.compile(
    # Alternatives compile ten times as fast as one negated class.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\u2028\u2029]|[\ud800-\udfff]|\ufeff|[\ufffe\uffff]"
)
_LINE_BREAK = re.compile("\r\n|\r|\n")

_CURES = (
    ("a tab", "indent with spaces, not with tabs"),
    ("that cannot start any token", "text that starts with a special character needs quotes: \"…\" or '…'"),
    ("mapping values are not allowed", "text that contains `: ` needs quotes, or the indentation is off"),
    ("alias", "text that starts with `*` needs quotes"),
    ("anchor", "text that starts with `&` needs quotes"),
    ("directive", "text that starts with `%` needs quotes"),
    ("escape", "in double quotes a backslash escapes; single quotes take it as it is"),
    ("quoted scalar", "is the closing quote missing?"),
    ("could not find expected ':'", "is a `:` or a closing quote missing, or the indentation off?"),
    ("expected ',' or", "is a closing bracket or a comma missing, or does text need quotes?"),
    ("block", "is the indentation off?"),
)


class Problems(Struct):
    """Collects what is wrong with one file, so that everything is reported at once.

    ``lines`` are the file's lines, for showing the one with a problem. ``found`` keeps the order in which
    problems were found.
    """

    path: Path
    lines: tuple[str, ...] = ()
    found: dict[Problem, None] = field(default_factory=dict)

    def add(self, span: Span, message: str) -> None:
        """Report ``message`` at ``span``, once.

        Raises ``ScenarioError`` at once if there are more than ``MAX_PROBLEMS``.
        """
        source = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        message = message.replace("\n", "\\n")
        problem = Problem(
            span,
            message if len(message) <= _SHOWN else message[:_SHOWN] + "…",
            source if len(source) <= _SHOWN else "",
        )
        if problem not in self.found and len(self.found) == MAX_PROBLEMS:
            raise ScenarioError(
                [*self._in_order(), Problem(span, "there are more problems; mend these first")]
            )
        self.found[problem] = None

    def span(self, node: yaml.Node) -> Span:
        """Return the place of ``node``; of a node on several lines, its first line."""
        start, end = node.start_mark, node.end_mark
        line = min(start.line, max(len(self.lines) - 1, 0))
        text = self.lines[line] if self.lines else ""
        column = min(start.column, len(text))
        stop = end.column if end.line == start.line else len(text)
        return Span(self.path, line + 1, column + 1, max(1, min(stop, len(text)) - column))

    def at(self, line: int, column: int, message: str) -> None:
        """Report at a place counted from 0, as YAML counts; the place is kept within the file."""
        line = min(max(line, 0), max(len(self.lines) - 1, 0))
        width = len(self.lines[line]) if self.lines else 0
        self.add(Span(self.path, line + 1, min(max(column, 0), width) + 1), message)

    def raise_if_any(self) -> None:
        """Raise ``ScenarioError`` with everything reported so far, in the order of the file."""
        if self.found:
            raise ScenarioError(self._in_order())

    def _in_order(self) -> list[Problem]:
        return sorted(self.found, key=lambda problem: (problem.span.line, problem.span.column))


def read_yaml(path: Path, text: str | None = None) -> tuple[yaml.Node, Problems]:
    """Return the root node of ``path`` and an empty list of problems to go on with.

    ``text`` is read in place of the file's content. Raises ``ScenarioError`` if the file cannot be read or
    is not a plain, single YAML document.
    """
    problems = Problems(path)
    text = _read_text(path, problems) if text is None else _decode(text.encode(), problems)
    problems.raise_if_any()
    try:
        _check_bounds(text, problems)
        problems.raise_if_any()
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, problems)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: the pure-Python loader passes escapes such as "\UFFFFFFFF" on to chr().
        problems.at(0, 0, f"not valid YAML: {error}")
    problems.raise_if_any()
    assert node is not None
    return node, problems


def is_one_line(text: str) -> bool:
    """Return whether a file can have ``text`` as a value on one line."""
    return not UNWANTED.search(text) and not any(sign in text for sign in "\n\t\r")


def _read_text(path: Path, problems: Problems) -> str:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            problems.at(0, 0, "is a folder; name a YAML file")
            return ""
        if not stat.S_ISREG(mode):  # reading a pipe or a device could block, or never end
            problems.at(0, 0, "is not a regular file; name a YAML file")
            return ""
        if path.is_symlink() and not path.resolve().is_relative_to(root := pack_root(path.parent.resolve())):
            problems.at(0, 0, f"is a symlink that leads out of the pack ({root}); copy the file into it")
            return ""
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        problems.at(0, 0, "no such file")
        return ""
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        problems.at(0, 0, f"cannot be read: {reason}")
        return ""
    if len(data) > MAX_BYTES:
        problems.at(0, 0, "is larger than 1 MiB; a scenario is a small file, is this the right one?")
        return ""
    return _decode(data, problems)


def _decode(data: bytes, problems: Problems) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        problems.at(0, 0, "starts with a byte order mark; save it as UTF-8 without BOM")
        return ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.at(0, 0, "is UTF-16; save it as UTF-8")
        return ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = _LINE_BREAK.split(data[: error.start].decode("utf-8"))
        problems.lines = tuple(_LINE_BREAK.split(data.decode("utf-8", "replace")))
        byte = data[error.start]
        problems.at(
            len(good) - 1, len(good[-1]), f"not valid UTF-8 (byte 0x{byte:02x}); save the file as UTF-8"
        )
        return ""
    lines = _LINE_BREAK.split(text)
    problems.lines = tuple(lines)
    if bad := UNWANTED.search(text):
        before = _LINE_BREAK.split(text[: bad.start()])
        name = f"U+{ord(bad[0]):04X}"
        problems.lines = tuple(UNWANTED.sub("\ufffd", line) for line in lines)
        problems.at(len(before) - 1, len(before[-1]), f"contains the control character {name}; remove it")
    return text


def _check_bounds(text: str, problems: Problems) -> None:
    """Check the parser's events before a tree is built, so that no tree can be too deep or too big."""
    bounds = _Bounds()
    for event in yaml.parse(text, _Loader):
        if message := bounds.why_not(event):
            mark: Any = event.start_mark
            return problems.at(mark.line, mark.column, message)
    if not bounds.documents:
        problems.at(0, 0, "the file is empty; a scenario starts with `format: 1`")
    return None


class _Bounds(Struct):
    """Counts what the events of a YAML document amount to, with its aliases expanded."""

    documents: int = 0
    aliases: int = 0
    open_anchors: list[str | None] = field(default_factory=list)
    """The anchors of the open collections, outermost first."""
    counts: list[int] = field(default_factory=lambda: [0])
    """The number of values in the whole document, then in each open collection."""
    sizes: dict[str, int] = field(default_factory=dict)
    """The number of values that an alias of this name stands for."""

    def why_not(self, event: yaml.Event) -> str:
        """Count ``event`` and return why the file is refused; empty if it is not."""
        message = ""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    return "a second YAML document starts here; one file holds one"
            case yaml.AliasEvent():
                message = self._alias(str(event.anchor))
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag is not None:
                return f"the tag `{event.tag}` is not allowed; text that starts with `!` needs quotes"
            case yaml.ScalarEvent():
                self.counts[-1] += 1
                self._remember(event.anchor, 1)
            case yaml.CollectionStartEvent():
                self.open_anchors.append(event.anchor)
                self.counts.append(1)
                if len(self.open_anchors) > MAX_DEPTH:
                    return f"nested more than {MAX_DEPTH} deep; is a bracket missing?"
            case yaml.CollectionEndEvent():
                size = self.counts.pop()
                self.counts[-1] += size
                self._remember(self.open_anchors.pop(), size)
        if not message and self.counts[-1] > MAX_NODES:
            return f"more than {MAX_NODES} values, aliases expanded; is this the right file?"
        return message

    def _alias(self, anchor: str) -> str:
        self.aliases += 1
        if anchor in self.open_anchors:
            return f"the alias `*{anchor}` contains itself; write it out"
        self.counts[-1] += self.sizes.get(anchor, 1)
        return f"more than {MAX_ALIASES} aliases; write them out" if self.aliases > MAX_ALIASES else ""

    def _remember(self, anchor: str | None, size: int) -> None:
        if anchor:
            self.sizes[anchor] = size


def _report_syntax(error: yaml.MarkedYAMLError, problems: Problems) -> None:
    what = error.problem or error.context or "unreadable"
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    # libyaml does not say which character it found.
    found = " a tab" if "".join(problems.lines[line : line + 1])[column : column + 1] == "\t" else ""
    cure = _cure(f"{what} {error.context or ''}{found}")
    context = f" {error.context}," if error.context and error.problem else ""
    problems.at(line, column, f"not valid YAML:{context} {what}{cure}")


def _cure(signs: str) -> str:
    return next((f"; {cure}" for sign, cure in _CURES if sign in signs), "")


def pack_root(folder: Path) -> Path:
    """Return the nearest folder from ``folder`` upward that has a pack.yaml, or ``folder`` if none has."""
    for candidate in (folder, *folder.parents):
        if (candidate / PACK_FILE).is_file():
            return candidate
    return folder
