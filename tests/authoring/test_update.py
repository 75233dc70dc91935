"""What differs is rewritten, and not a byte more."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import pytest

from pdbcoach.authoring.update import UnstableError, update
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import Target

HERE = Target(sys.executable, "{}.{}.{}".format(*sys.version_info[:3]))

PROGRAM = """\
def double(number):
    result = number * 2
    return result


answer = double(21)
print(answer)
"""

ODD = """\
# A file full of comments: keep them all.
format: 1     # the only one
id:   'demo'
run: "python -m pdb prog.py"   # quoted, though it need not be
marks: {call: 'answer = double',  body: "result = number"}
timeout: 2

steps:
  # first a breakpoint
  - send: 'b 6'            # a comment
    breakpoints:   [ "@body" ]   # rows
  -   send: c
      at:   { line: body , event: line,   function: 'double' }   # odd blanks
  - send: "s"
    expect: |     # a block with a comment
      --Call--
      > [..]prog.py(99)double()
      -> def [..]

    # a comment after the block
    at: {line: 5, "event": line}
  - {send: p number, expect: '[1, 2]'}  # flow
  - send: p 1, id
    expect:
      - |
        (2, <built-in [what:..] id>)
      - not: |
          never
  - send: n
    at: call   # should be body
    focus:
      # in a block
      line: 7
      function: 'main'
  - send: r
    returns: "7"
    values: {number: '7', result: "0"}   # both wrong
  - send: q
    # at the end
    ends: {main: exit 3}   # no
outro: |
  Bye.   
"""


def test_the_work_folder_is_written_as_its_kind(tmp_path: Path) -> None:
    text = (
        "format: 1\nid: demo\nrun: python -m pdb prog.py\nsteps:\n"
        "  - {send: n, at: {line: 2}}\n"
        "  - send: p os.getcwd()\n    expect: |\n      ''\n"
        "  - send: q\n    ends: {main: exit 0}\n"
    )
    assert changed(tmp_path, text, "import os\nx = 1\n") == ["      '[work]'"]


def changed(folder: Path, text: str, program: str = PROGRAM) -> list[str]:
    """The lines that are new after the update."""
    (folder / "prog.py").write_text(program)
    path = folder / "demo.yaml"
    path.write_bytes(text.encode())
    updated = update(path, HERE)
    assert path.read_bytes() == text.encode(), "nothing is written"
    diff = difflib.ndiff(updated.before.splitlines(), updated.after.splitlines())
    return [line[2:] for line in diff if line.startswith("+ ")]


def simple(steps: str, head: str = "") -> str:
    return f"format: 1\nid: demo\nrun: python -m pdb prog.py\ntimeout: 2\n{head}steps:\n{steps}"


def test_a_file_of_comments_and_odd_quoting(tmp_path: Path) -> None:
    assert changed(tmp_path, ODD) == [
        '    breakpoints:   ["@call"]   # rows',
        "      at:   { line: call , event: line,   function: '<module>' }   # odd blanks",
        "      > [..]prog.py(1)double()",
        '    at: {line: 1, "event": call}',
        "  - {send: p number, expect: '21'}  # flow",
        "        (1, <built-in [what:..] id>)",
        "    at: body   # should be body",
        "      line: 2",
        "      function: 'double'",
        '    returns: "42"',
        "    values: {number: '21', result: \"42\"}   # both wrong",
        "    ends: {main: exit 0}   # no",
    ]


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    text = simple("  - send: p 1\n    expect: |\n      2\n  - send: q\n    ends: {main: exit 0}\n")
    windows = text.replace("\n", "\r\n")
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_bytes(windows.encode())
    assert update(path, HERE).after == windows.replace("      2\r\n", "      1\r\n")


@pytest.mark.parametrize(
    ("steps", "new"),
    [
        pytest.param("  - send: p 1\n    expect: ''\n", ["    expect: '1'"], id="from-nothing"),
        pytest.param(
            "  - send: p 1;; p 2\n    expect: >\n      folded\n",
            ["    expect: |", "      1", "      2"],
            id="a-folded-block",
        ),
        pytest.param("  - send: p '  x'\n    expect: |\n      y\n", ["      '  x'"], id="blanks-within"),
        pytest.param(
            "  - send: print('  x')\n    expect: |\n      y\n",
            ["    expect: |2", "        x"],
            id="blanks-first",
        ),
        pytest.param(
            "  - send: p 1\n    at: {function: f}\n", ["    at: {function: <module>}"], id="a-function"
        ),
        pytest.param("  - send: n\n    at: call\n", ["    at: {line: 6}"], id="a-mark-where-none-is"),
        pytest.param(
            "  - send: p 1\n    expect:\n      - python: '>=3.9'\n        then: |\n          2\n",
            ["          1"],
            id="of-this-python",
        ),
        pytest.param("  - send: b\n    breakpoints: ['2']\n", ["    breakpoints: []"], id="no-rows"),
    ],
)
def test_one_thing(tmp_path: Path, steps: str, new: list[str]) -> None:
    text = simple(steps + "  - send: q\n    ends: {main: exit 0}\n", "marks: {call: print(answer)}\n")
    assert changed(tmp_path, text) == new


def test_rows_below_one_another(tmp_path: Path) -> None:
    rows = "  - send: b 2\n    breakpoints:\n      - '6'  # wrong\n{}  # the table\n  - send: cl 1\n"
    old, new = (
        rows.format("      - {at: 2}"),
        rows.format("      - {at: 2}").replace("'6'  # wrong\n      - ", ""),
    )
    end = "    breakpoints: []\n  - send: q\n    ends: {main: exit 0}\n"
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(old + end))
    assert update(path, HERE).after == simple(new + end)


def test_a_process_that_was_forgotten(tmp_path: Path) -> None:
    program = "import os, time\nif not os.fork():\n    time.sleep(60)\n    os._exit(4)\nprint()\n"
    steps = "  - send: tbreak 5\n    breakpoints: [{at: '5'}]\n  - send: c\n    at: {line: 5}\n"
    last = "  - send: q\n    ends:\n      main: exit 1\n"
    (tmp_path / "prog.py").write_text(program)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(steps + last))
    after = update(path, HERE).after
    assert after.startswith(simple(steps) + "  - send: q\n    ends:\n      main: exit 0\n      main.1: ")


class TestRefuses:
    @pytest.mark.parametrize(
        ("steps", "message"),
        [
            pytest.param("  - send: p 1\n    expect: [{re: '2'}]\n", "its `expect` has `re`", id="a-regex"),
            pytest.param("  - send: p 1\n    reject: ['1']\n", "must be edited by hand", id="a-reject"),
            pytest.param("  - send: p 1\n    prompt: python\n    expect: '1'\n", "(pdb)", id="a-prompt"),
            pytest.param(
                "  - send: p 1\n    process: main.7\n    expect: '1'\n", "no process", id="a-process"
            ),
        ],
    )
    def test_what_only_a_person_can_decide(self, tmp_path: Path, steps: str, message: str) -> None:
        with pytest.raises(PdbcoachError) as caught:
            changed(tmp_path, simple(steps + "  - send: q\n    ends: {main: exit 0}\n"))
        assert message in str(caught.value)

    def test_an_unstable_scenario_and_proposes_a_pattern(self, tmp_path: Path) -> None:
        steps = (
            "  - send: import os\n    expect: ''\n  - send: p 'pid', os.getpid()\n    expect: |\n      x\n"
        )
        with pytest.raises(UnstableError) as caught:
            changed(tmp_path, simple(steps + "  - send: q\n    ends: {main: exit 0}\n"))
        assert "would be different each time" in caught.value.message
        assert caught.value.hint == "write a pattern, such as `('pid', [pid])`"

    def test_lines_in_any_order(self, tmp_path: Path) -> None:
        steps = (
            (
                "  - send: import os, random; random.seed(os.getpid())\n    expect: ''\n"
                "  - send: for n in random.sample(range(9), 9)&print('n', n)\n    expect: |\n      x\n"
            )
            .replace("for n", "'for n")
            .replace("&", ": ")
            .replace("print('n', n)", "print(n)'")
        )
        with pytest.raises(UnstableError) as caught:
            changed(tmp_path, simple(steps + "  - send: q\n    ends: {main: exit 0}\n"))
        assert "any_order" in caught.value.hint
