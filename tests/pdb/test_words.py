from __future__ import annotations

import ast
from pathlib import Path

from pdbcoach import shim
from pdbcoach.pdb.words import EVENTS, KEYS, PROMPTS
from pdbcoach.shim import state

SHIM = Path(shim.__file__).parent


def test_every_word_is_declared_once() -> None:
    words = (*PROMPTS, *EVENTS, *KEYS)
    assert len(words) == len(set(words))


def test_the_shim_reports_no_other_events() -> None:
    assert {*state._EVENTS.values(), "post-mortem"} == set(EVENTS)


def test_the_shim_names_every_kind_of_prompt_that_it_announces() -> None:
    tree = ast.parse((SHIM / "prompts.py").read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(PROMPTS) - words == {"terminal"}, "which the kernel tells, not the shim"
