"""Which answers what came confirms, denies or leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from pdbcoach.matching import answers
from pdbcoach.matching.answers import Scene
from pdbcoach.observation import DebuggerState, Location, Observation, ProcessView, Prompt
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Predict, Step

PROMPT = Prompt("pdb", "(Pdb) ")


class Asked(Struct, frozen=True):
    step: Step
    predict: Predict


def asked(folder: Path, facts: str, predict: str) -> Asked:
    """Return a step that is sent as `n`, with these keys and this question."""
    (folder / "it.py").write_text("x = 1\ny = 2\n")
    path = folder / "lesson.yaml"
    path.write_text(
        "format: 1\nid: lesson\nrun: python -m pdb it.py\nsteps:\n"
        f"  - {{send: n, {facts}, predict: {{ask: What?, {predict}}}}}\n"
    )
    step = load(path)[0].steps[0]
    assert step.prose.predict is not None
    return Asked(step, step.prose.predict)


def scene(output: str = "", returning: str | None = None, **values: str) -> Scene:
    here = Location("it.py", 7, "work")
    event = "line" if returning is None else "return"
    state = DebuggerState(event, here, 1, here, returning=returning, local_values=values)  # type: ignore[arg-type]
    main = ProcessView("main", 1, "stopped", prompt=PROMPT, state=state)
    seen = Observation("main", "prompt", output, prompt=PROMPT, state=state, processes={"main": main})
    return Scene(seen, "it.py", "3.13.0", {})


@pytest.mark.parametrize(
    ("facts", "predict", "came", "answer"),
    [
        pytest.param("returns: '4'", "answer: '4'", scene(returning="4"), "4", id="returned"),
        pytest.param("values: {x: '4'}", "answer: '4'", scene(x="4"), "4", id="a value"),
        pytest.param("expect: '(4, 4.4)'", "answer: '4'", scene("(4, 4.4)"), "4", id="an element"),
        pytest.param("expect: '(4, 4.4)'", "answer: '7'", scene("(4, 4.4)"), None, id="not what is printed"),
        pytest.param("at: {line: 7}", "answer: '7'", scene(), "7", id="the line"),
        pytest.param("expect: '4', at: {line: 7}", "answer: '7'", scene("4"), None, id="never by the line"),
        pytest.param("at: {line: 7}", "answer: '8'", scene(), None, id="another line"),
        pytest.param(
            'expect: "4\\n> it.py(7)work()\\n-> x"',
            "choices: ['4', '5']",
            scene("4\n> it.py(7)work()\n-> x"),
            "4",
            id="left out: the line that is not pdb's",
        ),
        pytest.param(
            "returns: '4'", "choices: ['4', '5']", scene(returning="5"), "5", id="left out: as it came"
        ),
        pytest.param(
            "returns: '4'", "choices: ['4', '5']", scene(returning="6"), None, id="left out: no choice"
        ),
        pytest.param(
            "values: {x: '1', y: '2'}", "choices: ['1']", scene(x="1", y="2"), None, id="left out: several"
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: no, when: {values: {x: undefined}}",
            scene(),
            "no",
            id="words, confirmed",
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: no, when: {values: {x: undefined}}",
            scene(x="1"),
            None,
            id="words, denied",
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: an error, when: {expect: '*** [..]'}",
            scene("*** No"),
            "an error",
            id="output",
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: an error, when: {expect: '*** [..]'}",
            scene("4"),
            None,
            id="other output",
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: '1', when: {values: {x: '[5]'}}",
            scene(x="[5]"),
            None,
            id="a number denied",
        ),
        pytest.param(
            "at: {line: 7}",
            "answer: '1', when: {values: {x: \"['a']\"}}",
            scene(x="['a']"),
            "1",
            id="how many: concluded",
        ),
        pytest.param(
            "values: {x: '1', y: '2'}",
            "answer: '1', when: {values: {y: '2'}}",
            scene(x="1", y="2"),
            None,
            id="of another name",
        ),
    ],
)
def test_an_answer_is_what_came(
    tmp_path: Path, facts: str, predict: str, came: Scene, answer: str | None
) -> None:
    one = asked(tmp_path, facts, predict)
    assert answers.answer(one.step, one.predict, came) == answer
    assert (answers.judge(one.step, one.predict, came) is None) is (answer is not None)
