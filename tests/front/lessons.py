"""Small lessons for the tests, written to a folder."""

from __future__ import annotations

from pathlib import Path

DOUBLING = """\
def double(n):
    return 2 * n

a = 1
b = double(a)
c = double(b)
print(c)
"""


def doubling_steps(line: int) -> str:
    """Return steps for a program like ``DOUBLING`` whose first call is on ``line``."""
    return f"""\
  - ask: Put a breakpoint on line {line}.
    send: b {line}
    breakpoints: [{{at: "{line}", temporary: false}}]
  - predict: {{ask: "At which line?", choices: ["{line}", "{line + 1}"], answer: "{line}"}}
    ask: Let the program run to it.
    send: c
    at: {{line: {line}}}
    why: It stopped there.
    hints: [A hint.]
  - ask: Go into the call.
    send: s
    at: {{function: double, event: call}}
  - ask: Show `n`.
    send: p n
    expect: "1"
  - ask: Go to its return.
    send: r
    at: {{line: 2, function: double, event: return}}
    returns: "2"
  - send: q
    ends: {{main: exit 0}}
    quiet: true
"""


DOUBLING_STEPS = doubling_steps(5)


def write(
    folder: Path, program: str, steps: str, *, name: str = "lesson", timeout: float = 10, extra: str = ""
) -> Path:
    """Write a lesson about ``program`` and return its scenario file."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}_prog.py").write_text(program)
    file = folder / f"{name}.yaml"
    file.write_text(
        f"format: 1\nid: {name}\ntitle: A lesson of the tests\nrun: python -m pdb {name}_prog.py\n"
        f"timeout: {timeout}\n{extra}steps:\n{steps}"
    )
    return file


def doubling(folder: Path, *, timeout: float = 10) -> Path:
    """Write a lesson of five steps: set a breakpoint, run to it (with a question), step in, look, return."""
    return write(folder, DOUBLING, DOUBLING_STEPS, timeout=timeout)
