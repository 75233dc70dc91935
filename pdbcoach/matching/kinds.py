"""The built-in names of a pattern: ``[pid]``, ``[addr]``, ``[path]``, ``[time]``.

For given starting places in a line, each finds where a text of its kind can end. All starts are answered
together, in time linear in the line: that keeps patterns harmless.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

FindEnds = Callable[[str, Sequence[int]], list[int]]
"""(line, ascending starts) → ascending ends."""

# Whole runs of digits: `[pid]` never matches half a number.
_PID = re.compile(r"(?<![0-9])[0-9]++")
ADDRESS = re.compile(r"0x[0-9a-fA-F]++")
TIME = re.compile(
    r"""(?<![0-9])(?<![0-9][.,:])(?:
      (?: [0-9]{4}-[0-9]{2}-[0-9]{2}[T ] )?              # a date in front: ISO 8601, logging
      [0-9]{1,2}:[0-9]{2} (?: :[0-9]{2} (?: [.,][0-9]++ )? )?
      (?: Z | [+-][0-9]{2}:?[0-9]{2} )? (?![0-9])
    | [0-9]++ (?: \.[0-9]++ )? (?: e[+-]?[0-9]++ )? [ ]?   # how long something took
      (?: seconds? | secs? | [mun]secs? | [mu\u00b5\u03bcn]?s ) (?!\w)
    )""",
    re.VERBOSE,
)
_PATH = re.compile(r"""[^\s"'<>:,;|]+""")
_PATH_MARK = re.compile(r"/|\.(?=[A-Za-z_])")


def _of_regex(pattern: re.Pattern[str]) -> FindEnds:
    """Return a kind with at most one end for each start."""

    def ends(line: str, starts: Sequence[int]) -> list[int]:
        found = (pattern.match(line, start) for start in starts)
        return sorted({match.end() for match in found if match is not None})

    return ends


def _path_ends(line: str, starts: Sequence[int]) -> list[int]:
    """Return the ends of paths. A path may end anywhere in its run of characters, once it is one.

    ``[path](4)`` must not lose the ``(4)``, although a path may contain parentheses. A slash or a suffix
    makes it a path: a file of the work folder has lost its folder.
    """
    ends: list[int] = []
    for run in _PATH.finditer(line):
        at = bisect_left(starts, run.start())
        if at < len(starts) and starts[at] < run.end():
            # The run's first start has the most ends; those of later starts are among them.
            mark = _PATH_MARK.search(line, starts[at], run.end())
            if mark is not None:
                ends.extend(range(mark.end() + (mark[0] == "."), run.end() + 1))
    return ends


KINDS: Mapping[str, FindEnds] = {
    "pid": _of_regex(_PID),
    "addr": _of_regex(ADDRESS),
    "path": _path_ends,
    "time": _of_regex(TIME),
}
