"""The session as people write it with pexpect: ``plain_pexpect.py [--no-delays] PYTHON PROGRAM < LINES``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import pexpect

PROMPT = "(Pdb) "


def debug(
    python: str,
    program: str,
    lines: Sequence[str],
    *,
    delays: bool,
    env: Mapping[str, str] | None = None,
) -> str:
    """Type ``lines``, each at its prompt; the last one quits. Return the output."""
    with pexpect.spawn(
        python, ["-m", "pdb", program], encoding="utf-8", env=None if env is None else dict(env)
    ) as child:
        if not delays:
            child.delaybeforesend = None
            child.delayafterclose = child.delayafterterminate = 0.0
            child.ptyproc.delayafterclose = child.ptyproc.delayafterterminate = 0.0
        child.expect_exact(PROMPT)
        shown = str(child.before)
        for line in lines:
            child.sendline(line)
            child.expect_exact([PROMPT, pexpect.EOF])
            shown += str(child.before)
    return shown


if __name__ == "__main__":
    python, program = sys.argv[-2:]
    print(debug(python, program, sys.stdin.read().splitlines(), delays="--no-delays" not in sys.argv))
