"""update rewrites what differs, proves it by a replay, and names what it can't rewrite."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import pytest

from pdbcoach.authoring.update import NotUpdated, Updated, update
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.packs import Found

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


def updated_file(path: Path) -> Updated:
    made = update(Found(path), [HERE])
    assert isinstance(made, Updated), made
    return made


def refused(folder: Path, text: str, program: str = PROGRAM) -> str:
    """Return what update says about a file that it can't make pass."""
    (folder / "prog.py").write_text(program)
    path = folder / "demo.yaml"
    path.write_text(text)
    made = update(Found(path), [HERE])
    assert isinstance(made, NotUpdated), made
    return "\n".join(map(str, made.reasons)).replace(str(path), "demo.yaml")


def test_the_work_folder_is_written_as_its_kind(tmp_path: Path) -> None:
    text = (
        "format: 1\nid: demo\nrun: python -m pdb prog.py\nsteps:\n"
        "  - {send: n, at: {line: 2}}\n"
        "  - send: p os.getcwd()\n    expect: |\n      ''\n"
        "  - send: q\n    ends: {main: exit 0}\n"
    )
    assert changed(tmp_path, text, "import os\nx = 1\n") == ["      '[work]'"]


def changed(folder: Path, text: str, program: str = PROGRAM) -> list[str]:
    """Return the lines that are new after the update."""
    (folder / "prog.py").write_text(program)
    path = folder / "demo.yaml"
    path.write_bytes(text.encode())
    updated = updated_file(path)
    assert path.read_bytes() == text.encode(), "nothing is written"
    diff = difflib.ndiff(updated.before.splitlines(), updated.after.splitlines())
    return [line[2:] for line in diff if line.startswith("+ ")]


def simple(steps: str, head: str = "") -> str:
    return f"format: 1\nid: demo\nrun: python -m pdb prog.py\ntimeout: 2\n{head}steps:\n{steps}"


def test_comments_and_quoting_stay(tmp_path: Path) -> None:
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


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    text = simple("  - send: p 1\n    expect: |\n      2\n  - send: q\n    ends: {main: exit 0}\n")
    windows = text.replace("\n", "\r\n")
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_bytes(windows.encode())
    assert updated_file(path).after == windows.replace("      2\r\n", "      1\r\n")


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
def test_one_expectation_is_rewritten(tmp_path: Path, steps: str, new: list[str]) -> None:
    text = simple(steps + "  - send: q\n    ends: {main: exit 0}\n", "marks: {call: print(answer)}\n")
    assert changed(tmp_path, text) == new


def test_rows_that_still_match_stay(tmp_path: Path) -> None:
    rows = "  - send: b 2\n    breakpoints:\n      - '6'  # wrong\n{}  # the table\n  - send: cl 1\n"
    old, new = (
        rows.format("      - {at: 2}"),
        rows.format("      - {at: 2}").replace("'6'  # wrong\n      - ", ""),
    )
    end = "    breakpoints: []\n  - send: q\n    ends: {main: exit 0}\n"
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(old + end))
    assert updated_file(path).after == simple(new + end)


def test_a_process_left_running_is_added_to_ends(tmp_path: Path) -> None:
    program = "import os, time\nif not os.fork():\n    time.sleep(60)\n    os._exit(4)\nprint()\n"
    steps = "  - send: tbreak 5\n    breakpoints: [{at: '5'}]\n  - send: c\n    at: {line: 5}\n"
    last = "  - send: q\n    ends:\n      main: exit 1\n"
    (tmp_path / "prog.py").write_text(program)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(steps + last))
    after = updated_file(path).after
    assert after.startswith(simple(steps) + "  - send: q\n    ends:\n      main: exit 0\n      main.1: ")


def replays(path: Path, text: str, target: Target = HERE) -> list[str]:
    """Return the verdicts of a replay of what was written."""
    path.write_bytes(text.encode())
    return [finish(scenario, target).verdict for scenario in load(path)]


END = "  - send: q\n    ends: {main: exit 0}\n"
CALL = "  - send: b 6\n    breakpoints: ['6']\n  - send: c\n    at: {line: 6}\n"
IN_CALL = CALL + "  - send: s\n    at: {function: double, event: call}\n"
FORKS = "import os, time\nif not os.fork():\n    time.sleep(60)\n    os._exit(4)\nprint()\n"


@pytest.mark.parametrize(
    ("steps", "program"),
    [
        pytest.param(CALL.replace("line: 6", "line: 5") + END, PROGRAM, id="another-line"),
        pytest.param(IN_CALL + END, PROGRAM.replace("double", "twice"), id="a-renamed-function"),
        pytest.param(IN_CALL + END, PROGRAM.replace("def", "\n\ndef", 1), id="lines-that-moved"),
        pytest.param(IN_CALL + END, PROGRAM.replace("    result", "    1 / 0\n    result"), id="a-crash"),
        pytest.param(CALL + END.replace("exit 0", "exit 3"), PROGRAM, id="another-exit-code"),
        pytest.param(CALL + "  - send: q\n", PROGRAM, id="no-ends"),
        pytest.param(CALL + "  - send: p 1\n    expect: '1'\n", PROGRAM, id="left-at-a-prompt"),
        pytest.param(
            CALL + "  - send: p answer\n    values: {answer: '1', __name__: undefined}\n" + END,
            PROGRAM,
            id="values-that-became-undefined-or-defined",
        ),
        pytest.param(
            CALL + "  - send: n\n    at: {line: 7}\n    returns: '4'\n" + END, PROGRAM, id="returns"
        ),
        pytest.param(
            CALL + "  - send: n\n    at: {line: 7}\n    raises: ValueError\n" + END, PROGRAM, id="raises"
        ),
        pytest.param(
            IN_CALL + "  - send: n\n    raises: ValueError\n    at: {line: 1}\n" + END,
            PROGRAM.replace("number * 2", "[][2]"),
            id="another-exception",
        ),
        pytest.param(
            "  - send: p 1, 2\n    expect: '([first:..], 3)'\n  - send: p 1\n    expect: '[first]'\n" + END,
            PROGRAM,
            id="a-capture-in-a-line-that-differs",
        ),
        pytest.param(
            "  - send: p 1\n    expect: '2'\n    process: main\n  - send: c\n    processes: {main: running}\n"
            "    expect: ...\n  - key: ctrl-c\n    expect: ...\n" + END,
            "import signal\nsignal.pause()\n",
            id="a-program-that-keeps-running",
        ),
        pytest.param(
            "  - send: tbreak 5\n    breakpoints: [{at: '5'}]\n  - send: c\n    at: {line: 5}\n"
            "    processes: {main.1: stopped}\n  - send: q\n    ends: {main: exit 1}\n",
            FORKS,
            id="a-forgotten-child",
        ),
        pytest.param(
            "  - send: p 1\n    expect: &one '2'\n  - send: p 1\n    expect: *one\n" + END,
            PROGRAM,
            id="an-anchor",
        ),
        pytest.param(
            "  - {send: p 1, expect: '2'}\n  - {send: q, ends: {main: exit 4}}\n", PROGRAM, id="flow-style"
        ),
        pytest.param("  - {send: q}\n", PROGRAM, id="flow-style-without-ends"),
        pytest.param(
            "  - send: p 1\n    expect:\n      - python: '<3'\n        then: old\n"
            "      - python: '>=3'\n        then: new\n" + END,
            PROGRAM,
            id="the-branch-of-this-python",
        ),
        pytest.param(
            "  - send: n\n    expect: |\n      > [..]\n      ...\n      never\n" + END, PROGRAM, id="a-gap"
        ),
        pytest.param(
            "  - send: b 2\n    expect: |\n      a\n      b\n      c\n" + END, PROGRAM, id="fewer-lines"
        ),
        pytest.param(
            "  - send: x = 1\n    expect: |\n      a\n      b\n" + END, PROGRAM, id="no-line-at-all"
        ),
        pytest.param("  - send: p 1\n    at: |\n      call\n" + END, PROGRAM, id="a-mark-in-a-block"),
    ],
)
def test_what_is_written_passes_a_replay(tmp_path: Path, steps: str, program: str) -> None:
    head = "marks: {call: 'answer ='}\n" if "call\n" in steps else ""
    (tmp_path / "prog.py").write_text(program)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(steps, head))
    made = updated_file(path)
    assert made.after != made.before
    assert replays(path, made.after) == ["passed"]


SLEEPS = "import time\ntime.sleep(60)\n"


@pytest.mark.parametrize(
    ("steps", "program", "said"),
    [
        pytest.param(
            "  - send: p 1\n    expect: [{re: '2'}]\n" + END,
            PROGRAM,
            ["demo.yaml:7: step 1, `expect`: ", "update can't rewrite `re` in `expect`"],
            id="a-regular-expression",
        ),
        pytest.param(
            "  - send: p 1\n    expect: [{any_order: ['2']}]\n" + END,
            PROGRAM,
            ["step 1, `expect`: ", "update can't rewrite `any_order`"],
            id="any-order",
        ),
        pytest.param(
            "  - send: p 1\n    expect: [{optional: '2'}]\n" + END,
            PROGRAM,
            ["step 1, `expect`: ", "update can't rewrite `optional`"],
            id="optional",
        ),
        pytest.param(
            "  - send: p 1\n    expect: ['1', {not: '1'}]\n" + END,
            PROGRAM,
            ["step 1, `not`: `1` must not occur", "change the pattern, or what is printed"],
            id="not",
        ),
        pytest.param(
            "  - send: p 1\n    expect: [{python: '<3', then: x}, {not: '1'}]\n" + END,
            PROGRAM,
            ["step 1, `not`: `1` must not occur"],
            id="not-beside-a-branch-of-another-python",
        ),
        pytest.param(
            "  - send: p 1\n    reject: ['1']\n" + END,
            PROGRAM,
            ["demo.yaml:7: step 1, `reject`: `1` must not occur"],
            id="reject",
        ),
        pytest.param(
            "  - send: p 1\n    prompt: python\n    expect: '1'\n" + END,
            PROGRAM,
            ["step 1, `prompt`: main waits at '(Pdb)'", "change `prompt`, or the steps before"],
            id="another-prompt",
        ),
        pytest.param(
            "  - send: p 1\n    process: main.7\n    expect: '1'\n" + END,
            PROGRAM,
            ["step 1, `process`: there is no process main.7"],
            id="a-process-to-type-to",
        ),
        pytest.param(
            "  - send: p 1\n    at: {line: 1, process: main.7}\n" + END,
            PROGRAM,
            ["step 1, `at.process`: 'main.7' was expected", "main"],
            id="a-process-to-look-at",
        ),
        pytest.param(
            "  - send: p 1\n    processes: {main.7: stopped}\n" + END,
            PROGRAM,
            ["step 1, `processes.main.7`: 'stopped' was expected, but it is 'no such process"],
            id="a-process-that-never-was",
        ),
        pytest.param(
            "  - send: c\n    at: {line: 2}\n" + END,
            SLEEPS,
            ["step 1, `timeout`: waited 2 s for main", "`processes: {main: running}`"],
            id="a-program-that-sleeps",
        ),
        pytest.param(
            "  - send: c\n    at: {line: 2}\n" + END,
            "while True: pass\n",
            ["step 1, `timeout`: waited 2 s for main"],
            id="a-program-that-loops",
        ),
        pytest.param(
            "  - send: c\n    at: {line: 2}\n" + END,
            "input('who? ')\n",
            ["step 1, `at`: 'line 2' was expected, but it is 'main waits at who?'"],
            id="a-program-that-prompts",
        ),
        pytest.param(
            "  - send: c\n    at: {line: 2}\n" + END,
            "while True: print('x' * 999)\n",
            ["step 1, `limits`: main printed more than", "raise `limits`"],
            id="a-program-that-floods",
        ),
        pytest.param(
            "  - send: 'for n in range(2000): print(n)'\n    expect: |\n      0\n      ...\n      1\n" + END,
            PROGRAM,
            ["step 1, `expect`: ", "lines are too many to compare", "write `...`, or print less"],
            id="very-much-output",
        ),
        pytest.param(
            "  - send: n\n    at: {line: 2}\n  - send: n\n    at: {line: 3}\n" + END,
            "import os\nos._exit(3)\n",
            ["step 2, `processes`: main has ended (exit 3); step 3 is for main"],
            id="a-program-that-ends-early",
        ),
        pytest.param(
            "  - send: n\n    at: {line: 2}\n" + END,
            "import os)\n",
            ["step 1, `processes`: main has ended (exit 1); step 2 is for main"],
            id="a-syntax-error",
        ),
        pytest.param(
            "  - send: q\n    processes: {main: exit 0}\n" + END,
            PROGRAM,
            [
                "step 2, `processes`: main has ended (exit 0); it had ended before this step",
                "delete the step",
            ],
            id="a-step-after-the-end",
        ),
        pytest.param(
            "  - send: p 1\n    raises: ValueError\n" + END,
            PROGRAM,
            ["step 1, `raises`: 'ValueError' was expected, but it is 'nothing is raised'"],
            id="nothing-to-raise",
        ),
    ],
)
def test_what_cannot_be_rewritten_is_named(tmp_path: Path, steps: str, program: str, said: list[str]) -> None:
    message = refused(tmp_path, simple(steps), program)
    for part in said:
        assert part in message


def with_variant(two: str) -> str:
    """Return a file with steps that its variant inherits, if that has no steps of its own."""
    return (
        "format: 1\nid: demo\nrun: python -m pdb prog.py\nsteps:\n  - send: p 1\n    expect: '1'\n"
        "  - send: n\n    at: {line: 2}\n  - send: p x\n    expect: '0'\n"
        + END
        + f"variants:\n  two: {two}\n"
    )


class TestVariants:
    OTHER = "{run: python -m pdb other.py}"

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        (tmp_path / "prog.py").write_text("x = 1\nprint(x)\n")
        (tmp_path / "other.py").write_text("x = 2\nprint(x)\n")
        return tmp_path / "demo.yaml"

    def test_steps_that_would_have_to_differ_are_a_conflict(self, path: Path) -> None:
        path.write_text(with_variant(self.OTHER))
        made = update(Found(path), [HERE])
        assert isinstance(made, NotUpdated)
        (reason,) = made.reasons
        assert "line 10 is shared by scenarios in which it would have to be different" in str(reason)

    def test_a_file_that_fits_one_variant_only_is_a_conflict(self, path: Path) -> None:
        path.write_text(with_variant(self.OTHER).replace("'0'", "'1'"))
        made = update(Found(path), [HERE])
        assert isinstance(made, NotUpdated)
        assert "line 10 is shared by scenarios" in str(made.reasons[0])
        assert made.reasons[0].cure == "give each variant steps of its own"

    def test_a_shared_step_is_not_changed_for_one_variant(self, path: Path) -> None:
        path.write_text(with_variant(self.OTHER))
        made = update(Found(path, "two"), [HERE])
        assert isinstance(made, NotUpdated)
        assert "demo has the same step" in str(made.reasons[0])
        assert "update the file without `[variant]`" in str(made.reasons[0])

    def test_a_step_of_its_own_is_changed_for_one_variant(self, path: Path) -> None:
        own = "{steps: [{send: p 1, expect: '%s'}, {send: q, ends: {main: exit 0}}]}"
        path.write_text(with_variant(own % 3))
        made = update(Found(path, "two"), [HERE])
        assert isinstance(made, Updated)
        assert made.after == with_variant(own % 1)

    def test_a_variant_that_needs_another_python_is_not_verified(self, path: Path) -> None:
        path.write_text(with_variant("{python: '<3'}"))
        made = update(Found(path), [HERE])
        assert isinstance(made, Updated)
        assert made.after == made.before.replace("'0'", "'1'")
        skipped = f"demo[two] was not replayed on Python {HERE.version}: it needs Python <3"
        assert made.unverified == (skipped,)

    def test_an_unknown_variant_is_an_error(self, path: Path) -> None:
        path.write_text(with_variant(self.OTHER))
        with pytest.raises(PdbcoachError, match="has no variant `three`"):
            update(Found(path, "three"), [HERE])


class TestNotVerified:
    STEPS = "  - send: p 1\n    expect: '{}'\n" + END
    XFAIL = "xfail: {{reason: broken, link: 'https://example.org/1'{}}}\n"

    def test_a_scenario_for_other_pythons_is_not_up_to_date(self, tmp_path: Path) -> None:
        text = simple(self.STEPS.replace("{}", "1"), "python: '<3'\n")
        assert f"demo was not replayed on Python {HERE.version}: it needs Python <3" in refused(
            tmp_path, text
        )

    def test_a_scenario_that_is_known_to_fail_keeps_its_expectations(self, tmp_path: Path) -> None:
        text = simple(self.STEPS.replace("{}", "2"), self.XFAIL.format(""))
        message = refused(tmp_path, text)
        assert "demo.yaml:5: demo is known to fail, so its expectations stay as they are: broken" in message
        assert "delete `xfail` if it should pass" in message

    def test_a_scenario_that_passes_although_it_should_fail_is_reported(self, tmp_path: Path) -> None:
        message = refused(tmp_path, simple(self.STEPS.replace("{}", "1"), self.XFAIL.format("")))
        assert "demo.yaml:5: step 2, `xfail`: it passes, but was expected to fail: broken" in message

    def test_a_failure_known_on_other_pythons_only_is_updated(self, tmp_path: Path) -> None:
        head = self.XFAIL.format(", python: '<3'")
        assert changed(tmp_path, simple(self.STEPS.replace("{}", "2"), head)) == ["    expect: '1'"]


class TestUnstable:
    def test_output_with_a_pid_gets_a_pattern_proposed(self, tmp_path: Path) -> None:
        steps = "  - send: p 'pid', __import__('os').getpid()\n    expect: |\n      x\n"
        message = refused(tmp_path, simple(steps + END))
        assert "demo.yaml:7: step 1, `expect`: unstable: line 8 would be different each time" in message
        assert "write a pattern, such as `('pid', [pid])`" in message

    def test_a_value_that_varies_is_reported(self, tmp_path: Path) -> None:
        steps = "  - send: n\n    values: {pid: '1'}\n" + END
        message = refused(tmp_path, simple(steps), "pid = __import__('os').getpid()\nprint()\n")
        assert "step 1, `values.pid`: " in message
        assert "it is different each time" in message
        assert "leave `values.pid` out" in message

    def test_lines_in_another_order_get_any_order_proposed(self, tmp_path: Path) -> None:
        shuffled = "'for n in __import__(\"random\").sample(range(9), 9): print(n)'"
        message = refused(tmp_path, simple(f"  - send: {shuffled}\n    expect: |\n      x\n" + END))
        assert "the same lines in another order: write `- any_order: [" in message

    def test_a_step_that_fails_now_and_then_is_not_up_to_date(self, tmp_path: Path) -> None:
        """The program counts its runs in a file beside the scenario, so only the third run differs."""
        count = tmp_path / "runs"
        program = (
            f"runs = open({str(count)!r}, 'a+')\nruns.write('x')\nruns.flush()\nruns.seek(0)\n"
            "x = len(runs.read()) == 3\nprint()\n"
        )
        steps = "  - send: until 6\n    at: {line: 6}\n  - send: p x\n    reject: ['True']\n    expect: ...\n"
        message = refused(tmp_path, simple(steps + END), program)
        assert count.read_text() == "xxx"
        assert "step 2, `reject`: `True` must not occur" in message


def test_mixed_line_ends_stay(tmp_path: Path) -> None:
    text = simple("  - send: p 1\n    expect: |\n      2\r\n  - send: q\n    ends: {main: exit 0}\r\n")
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_bytes(text.encode())
    assert updated_file(path).after == text.replace("      2\r\n", "      1\r\n")


@pytest.mark.parametrize("last", ["    ends: {main: exit 3}", "    ends:\n      main: exit 3", ""])
def test_a_file_without_a_newline_at_its_end_is_updated(tmp_path: Path, last: str) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_text(simple(f"  - send: p 1\n    expect: '2'\n  - send: q\n{last}").rstrip("\n"))
    assert replays(path, updated_file(path).after) == ["passed"]


def test_a_background_program_that_ended_is_rewritten(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("import sys\nsys.exit(3)\n")
    head = "background: python other.py\nfiles: [prog.py, other.py]\n"
    steps = "  - send: p 1\n    expect: '1'\n    processes: {background: running}\n" + END
    assert changed(tmp_path, simple(steps, head)) == ["    processes: {background: exit 3}"]


AVERAGE = """\
format: 1
id: demo
run: python -m pdb prog.py
steps:
  - {send: b 3, breakpoints: ["3"]}
  - {send: c, at: {line: 3}}
  - predict: {ask: "What is `result`?", choices: ["42", "40"], answer: "42"}
    send: p result, number
    expect: (42, 21)
  - predict: {ask: And here?, answer: "42", when: {values: {result: "42"}}}
    send: p number, result
    expect: (21, 42)
  - predict: {ask: Is it large?, answer: no, when: {values: {number: "21"}}}
    send: p number
    expect: "21"
  - send: q
    ends: {main: exit 0}
"""


def test_a_predictions_answer_follows_the_value(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM.replace("* 2", "* 3"))
    path = tmp_path / "demo.yaml"
    path.write_text(AVERAGE)
    done = update(Found(path), [HERE])
    assert isinstance(done, Updated), done
    assert 'choices: ["63", "40"], answer: "63"' in done.after
    assert 'answer: "63", when: {values: {result: "63"}}' in done.after


def test_an_answer_in_words_is_left_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM.replace("21", "2100"))
    path = tmp_path / "demo.yaml"
    path.write_text(AVERAGE)
    done = update(Found(path), [HERE])
    assert isinstance(done, NotUpdated)
    (reason,) = done.reasons
    assert (reason.step, reason.key) == (5, "predict")
    assert "it rests on `values.number` being 21, which is 2100" in reason.what


def test_a_translated_choice_follows_the_value(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM.replace("* 2", "* 3"))
    path = tmp_path / "demo.yaml"
    path.write_text(AVERAGE)
    zh = "# 中文\nsteps: [{}, {}, {predict: {ask: 几？, choices: ['42', '40']}}, {}, {}, {}]\n"
    (tmp_path / "demo.zh.yaml").write_text(zh)
    done = update(Found(path), [HERE])
    assert isinstance(done, Updated), done
    (translation,) = done.translations
    assert translation.after == zh.replace("'42'", "'63'")
    assert "demo.zh.yaml (updated)" in done.diff()


MOVED = """\
format: 1
id: demo
run: python -m pdb prog.py
marks: {body: "result = number"}
steps:
  - {send: b 2, breakpoints: ["@body"]}
  - {send: c, at: body, values: {number: "21"}}
  - {send: q, ends: {main: exit 0}}
"""


def test_a_line_number_that_was_a_marks_is_left_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(
        PROGRAM.replace("def double(number):\n", "def double(number):\n    number += 1\n")
    )
    path = tmp_path / "demo.yaml"
    path.write_text(MOVED)
    done = update(Found(path), [HERE])
    assert isinstance(done, NotUpdated)
    assert "`body` is on line 3 now, and line 2 is another one" in done.reasons[0].what
    assert done.reasons[0].cure == "write `send: b @body`"


def test_what_a_step_no_longer_asserts_is_said(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    path = tmp_path / "demo.yaml"
    path.write_text(MOVED.replace("b 2", "b @body").replace("at: body,", "at: body, returns: '4',"))
    done = update(Found(path), [HERE])
    assert isinstance(done, Updated), done
    assert done.notes == (f"{path}:7: step 2 no longer asserts `returns` (`4` should be returned)",)


def test_a_process_that_has_ended_is_called_as_the_author_does(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text("import os\nif os.fork() == 0:\n    os._exit(3)\nos.wait()\n")
    path = tmp_path / "demo.yaml"
    path.write_text(
        "format: 1\nid: demo\nrun: python -m pdb prog.py\nalias: {worker: main.1}\nmarks: {out: os._exit}\n"
        "steps:\n"
        "  - {send: b @out, breakpoints: ['@out']}\n"
        "  - {send: c, at: {line: out, process: worker}, processes: {main: running}}\n"
        "  - {send: c, process: worker}\n"
        "  - {send: q, ends: {main: exit 0}}\n"
    )
    done = update(Found(path), [HERE])
    assert isinstance(done, Updated), done
    assert "  - {send: c, process: worker, processes: {worker: exit 3}}\n" in done.after
