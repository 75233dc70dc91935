"""Write a scenario to start from: a small program, and steps that pass."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.authoring.edits import Document, Edit
from pdbcoach.authoring.yaml_text import Data, document
from pdbcoach.errors import PdbcoachError
from pdbcoach.form.source import PACK_FILE
from pdbcoach.scenario.fields import KEBAB
from pdbcoach.scenario.files import PROGRAMS
from pdbcoach.scenario.packs import load_pack
from pdbcoach.whole_file import replace_file

_PROGRAM = '''\
"""{program} - the program of the lesson {id}: replace it with yours."""


def double(number):
    result = number * 2
    return result


answer = double(21)
print("the answer is", answer)
'''

_SCENARIO = """\
# What each key means: pdbcoach schema, and docs/write-your-own.md.
format: 1
id: {id}
title: {title}
teaches: [step, p]
run: python -m pdb {program}
intro: |
  Prose before the first step, in Markdown: what this lesson is about.
marks:                     # names for source lines: the only line that contains the text
  call: answer = double
  body: result = number

steps:
  - say: A breakpoint brings us to line @call.
    send: b @call
    breakpoints: [{{at: "@call", temporary: false}}]
    quiet: true            # performed for the learner

  - send: c
    at: {{line: call, function: <module>, event: line}}
    quiet: true

  - ask: Go **into** the call.
    send: s
    at: {{function: double, event: call}}
    hints:
      - The next stop is inside `double`.
      - Two commands run one line. One of them goes into calls.
    why: "`s` goes into a call; `n` would have run all of it."
    wrong:
      - when: {{function: <module>}}
        say: You're still outside `double`.

  - send: s
    at: {{line: body, function: double, event: line}}
    quiet: true

  - ask: Print the argument.
    send: p number
    at: body
    expect: |
      21
    hints:
      - Printing a value doesn't move the program.
      - One letter prints a value. The name follows it.
    wrong:
      - when: {{line: body}}
        say: You're in the right place. The argument is called `number`.

  - send: q
    ends: {{main: exit 0}}
    quiet: true
outro: |
  Prose after the last step: what to remember.
"""


class NewFile(Struct, frozen=True):
    """A file to write; with ``before``, one that exists and has this text."""

    path: Path
    text: str
    before: str = ""


def plan(scenario_id: str, folder: Path, *, in_pack: bool) -> tuple[NewFile, ...]:
    """Return the files of a new scenario in ``folder``; in a pack, with its pack.yaml.

    Raises ``PdbcoachError`` for a bad id and for files that exist already.
    """
    if not re.fullmatch(KEBAB, scenario_id):
        raise PdbcoachError(f"`{scenario_id}` is no id", "an id is in kebab-case, such as into-or-over")
    if folder.exists() and not folder.is_dir():
        raise PdbcoachError(f"{folder} is not a folder")
    in_pack = in_pack or (folder / PACK_FILE).is_file()
    program = f"{scenario_id.replace('-', '_')}.py"
    title = scenario_id.replace("-", " ").capitalize()
    place = folder / PROGRAMS / program if in_pack else folder / program
    files = [
        NewFile(
            folder / f"{scenario_id}.yaml", _SCENARIO.format(id=scenario_id, title=title, program=program)
        ),
        NewFile(place, _PROGRAM.format(id=scenario_id, program=program)),
    ]
    if there := [file.path for file in files if file.path.exists()]:
        raise PdbcoachError(f"{there[0]} exists already", "choose another id, or remove it")
    if in_pack:
        files.append(_pack(scenario_id, folder))
    return tuple(files)


def _pack(scenario_id: str, folder: Path) -> NewFile:
    """Return the pack.yaml with one more scenario, or a new pack.yaml."""
    path = folder / PACK_FILE
    if not path.exists():
        name = re.sub("[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "pack"
        top: dict[str, Data] = {
            "format": 1,
            "id": name,
            "title": name.replace("-", " ").capitalize(),
            "order": [scenario_id],
        }
        return NewFile(path, document(top))
    load_pack(folder)
    before = path.read_bytes().decode("utf-8")
    text = Document(before)
    order = text.value("order")
    assert isinstance(order, yaml.SequenceNode), "a pack that loads has an order"
    last = order.value[-1]
    at = text.offset(last.end_mark)
    more = f", {scenario_id}"
    if not order.flow_style:
        more = f"{text.newline}{' ' * order.start_mark.column}- {scenario_id}"
    text.edits.add(Edit(at, at, more))
    return NewFile(path, text.result(), before)


def write(files: tuple[NewFile, ...]) -> None:
    """Write the files. Raises ``OSError``; a file that has changed, or is new, stays as it is."""
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file.path, file.text, before=file.before)
