"""Any bytes give a scenario that loads, or an error that says where, what and how to fix it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario.author import HEAD, STEPS, STOCK, TALLY, Author
from spoilt import spoilt

from pdbcoach.errors import Problem, ScenarioError
from pdbcoach.form import source
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.packs import load_pack

STEP = "steps:\n  - "


def top(text: str) -> str:
    """Return a valid scenario with ``text`` among its top-level keys."""
    return HEAD + text + "\n" + STEPS


def step(text: str) -> str:
    """Return a valid scenario whose only step is this flow mapping."""
    return HEAD + STEP + text + "\n"


def without(line: str) -> str:
    assert line in HEAD + STEPS
    return (HEAD + STEPS).replace(line, "")


def instead(old: str, new: str) -> str:
    assert old in HEAD + STEPS
    return (HEAD + STEPS).replace(old, new)


MALFORMED: dict[str, tuple[str | bytes, str]] = {
    # --- bytes -------------------------------------------------------------------------------
    "empty file": ("", "the file is empty"),
    "only blanks": ("\n  \n\n", "the file is empty"),
    "only a comment": ("# nothing\n", "the file is empty"),
    "only a document start": ("---\n", "expected a mapping"),
    "invalid UTF-8": (HEAD.encode() + b"title: caf\xe9\n" + STEPS.encode(), "not valid UTF-8 (byte 0xe9)"),
    "truncated UTF-8": (b"title: \xe6\xa0", "not valid UTF-8"),
    "surrogate in UTF-8": (b"title: \xed\xa0\x80", "not valid UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + HEAD.encode(), "byte order mark"),
    "UTF-16": ((HEAD + STEPS).encode("utf-16"), "is UTF-16"),
    "NUL": (top("title: a\0b"), "control character U+0000"),
    "escape character": (top("title: \x1b[1mbold"), "control character U+001B"),
    "form feed": (top("title: a\x0cb"), "control character U+000C"),
    "next-line character": (top("title: a\x85b"), "control character U+0085"),
    "line separator": (top("title: a\u2028b"), "control character U+2028"),
    "byte order mark inside": (top("title: a\ufeffb"), "control character U+FEFF"),
    "too large": (top("title: " + "x" * 1024 * 1024), "larger than 1 MiB"),
    "binary": (bytes(range(256)), "not valid UTF-8"),
    # --- YAML --------------------------------------------------------------------------------
    "unclosed bracket": (top("teaches: [step"), "not valid YAML"),
    "unclosed brace": (step("{send: n"), "not valid YAML"),
    "unclosed quote": (top('title: "abc'), "not valid YAML"),
    "tab as indentation": (HEAD + "steps:\n\t- send: n\n", "not with tabs"),
    "colon in text": (top("title: Note: this"), "needs quotes"),
    "text that starts with an at sign": (step("{send: n, at: @call}"), "needs quotes"),
    "text that starts with a backquote": (top("title: `n` runs"), "needs quotes"),
    "text that starts with a percent sign": (top("title: %d"), "needs quotes"),
    "bad indentation": (HEAD + "steps:\n  - send: n\n   at: {line: 3}\n", "not valid YAML"),
    "bad escape": (top('title: "\\q"'), "not valid YAML"),
    "escape beyond Unicode": (top('title: "\\UFFFFFFFF"'), "not valid YAML"),
    "undefined alias": (top("title: *nothing"), "alias"),
    "two documents": (HEAD + STEPS + "---\na: 1\n", "a second YAML document"),
    "object tag": (top("title: !!python/object/apply:os.system [ls]"), "tag `tag:yaml.org,2002:python"),
    "local tag": (top("title: !name x"), "the tag `!name` is not allowed"),
    "bare tag": (top("title: ! x"), "the tag `!` is not allowed"),
    "standard tag": (top("timeout: !!int 3"), "is not allowed"),
    "tag on a list": (top("teaches: !!seq [step]"), "is not allowed"),
    "tag on a mapping": (top("env: !!omap {A: 1}"), "is not allowed"),
    "deep lists": ("[" * 1000, "nested more than 30 deep"),
    "deep lists, closed": ("[" * 31 + "]" * 31, "nested more than 30 deep"),
    "deep mappings": ("{a: " * 40 + "}" * 40, "nested more than 30 deep"),
    "deep blocks": ("\n".join(" " * n + "a:" for n in range(40)), "nested more than 30 deep"),
    "deep list items": ("- " * 5000, "nested more than 30 deep"),
    "deep complex keys": ("? " * 1000, "nested more than 30 deep"),
    "alias of itself": ("a: &a [*a]\n", "`*a` contains itself"),
    "alias of an outer node": ("&a {b: {c: *a}}\n", "`*a` contains itself"),
    "many aliases": (top("targets: [&a M1" + ", *a" * 21 + "]"), "more than 20 aliases"),
    "billion laughs": (
        "a0: &a0 ["
        + "x, " * 99
        + "x]\n"
        + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(10)),
        "values, aliases expanded",
    ),
    "many values": ("a: [" + "1," * 60_000 + "]", "more than 50000 values"),
    "not a mapping, a list": ("- a\n", "expected a mapping (a scenario), found a list"),
    "not a mapping, text": ("hello\n", "expected a mapping (a scenario), found text"),
    "duplicate key": (top("title: a\ntitle: b"), "duplicate key `title`; it is already on line 4"),
    "duplicate key in a step": (step("{send: n, send: s, at: {line: 1}}"), "duplicate key `send`"),
    "duplicate name": (top("env: {A: 1, A: 2}"), "duplicate key `A`"),
    "duplicate key in other quotes": (top("env: {A: 1, 'A': 2}"), "duplicate key `A`"),
    "list as a key": (top("? [a]\n: b"), "a key must be text"),
    "mapping as a key": (top("env: {{a: b}: c}"), "a key must be text"),
    "merge key": (top("env: &e {A: '1'}\n<<: *e"), "merge keys are not supported"),
    # --- the top level -----------------------------------------------------------------------
    "no format": (without("format: 1\n"), "a scenario needs `format`"),
    "format of words": (instead("format: 1", "format: one"), "expected the number 1, found `one`"),
    "format zero": (instead("format: 1", "format: 0"), "expected the number 1, found `0`"),
    "format with a point": (instead("format: 1", "format: 1.0"), "expected the number 1"),
    "format list": (instead("format: 1", "format: [1]"), "expected the number 1, found a list"),
    "format empty": (instead("format: 1", "format:"), "expected the number 1, found nothing"),
    "newer format": (instead("format: 1", "format: 2"), "this file needs a newer pdbcoach"),
    "much newer format": (instead("format: 1", "format: " + "9" * 5000), "this file needs a newer pdbcoach"),
    "no id": (without("id: demo\n"), "a scenario needs `id`"),
    "id is not the stem": (instead("id: demo", "id: other"), "the file is named `demo`"),
    "id with capitals": (instead("id: demo", "id: Demo"), "`Demo` is not a kebab-case name"),
    "id with underscore": (instead("id: demo", "id: de_mo"), "is not a kebab-case name"),
    "id with double dash": (instead("id: demo", "id: de--mo"), "is not a kebab-case name"),
    "id empty": (instead("id: demo", "id:"), "expected a kebab-case name"),
    "no run": (without("run: python -m pdb tally.py\n"), "the command line is missing"),
    "run empty": (instead("run: python -m pdb tally.py", "run:"), "the command line is empty"),
    "run of two lines": (instead("run: python", "run: |\n  a\n  python"), "must be a single line"),
    "run without python": (instead("run: python", "run: pypy"), "must start with the word `python`"),
    "run switches the shim off": (instead("python -m", "python -I -m"), "`-I` ignores PYTHONPATH"),
    "run in one cluster": (instead("python -m", "python -BSu -m"), "`-S` skips sitecustomize"),
    "run with an open shell quote": (instead("tally.py", "'tally.py"), "no closing quotation"),
    "run of a missing script": (instead("tally.py", "nothing.py"), "`programs/nothing.py`"),
    "run of an absolute path": (instead("tally.py", "/tally.py"), "is an absolute path"),
    "run outside the pack": (instead("tally.py", "../tally.py"), "leads out of the pack"),
    "pid without background": (instead("tally.py", "-p {pid}"), "`{pid}` is the pid of `background`"),
    "pid in the background": (top("background: python stock.py {pid}"), "only `run` can have it"),
    "attach to a number": (instead("tally.py", "-p 12"), "must be followed by `{pid}`"),
    "background without python": (top("background: /bin/sleep 3"), "must start with the word `python`"),
    "no steps": (HEAD, "a scenario needs `steps`"),
    "steps empty": (HEAD + "steps: []\n", "the list is empty"),
    "steps nothing": (HEAD + "steps:\n", "expected a list, found nothing"),
    "more steps than anybody types": (
        HEAD + "steps:\n" + "  - {send: n}\n" * 1001,
        "has 1001 entries, and at most 1000 are possible",
    ),
    "steps a mapping": (HEAD + "steps: {send: n}\n", "expected a list, found a mapping"),
    "unknown key": (top("titel: x"), "unknown key `titel` in a scenario; did you mean `title`?"),
    "unknown key without a guess": (top("qqq: x"), "unknown key `qqq` in a scenario"),
    "very long unknown key": (top("? " + "q" * 100_000 + "\n: x"), "unknown key `qqq"),
    "empty key": (top("'': x"), "unknown key ``"),
    "title list": (top("title: [a]"), "expected text, found a list"),
    "title mapping": (top("title: {a: b}"), "put it in quotes"),
    "title with an escaped NUL": (top('title: "a\\0b"'), "control character U+0000"),
    "intro with an escaped return": (top('intro: "a\\rb"'), "control character U+000D"),
    "teaches text": (top("teaches: step"), "expected a list, found text"),
    "teaches a short form": (top("teaches: [q]"), "write the long form `quit`, not `q`"),
    "teaches no command": (top("teaches: [qiut]"), "is not a pdb command; did you mean `quit`?"),
    "teaches twice": (top("teaches: [quit, quit]"), "`quit` is listed twice"),
    "teaches what is never used": (top("teaches: [until]"), "`until` is taught, but no step"),
    "targets of blanks": (top("targets: ['M 1']"), "is not the id of a misconception"),
    "level unknown": (top("level: cores"), "did you mean `core`?"),
    "level empty": (top("level:"), "expected one of `core`, `extra`, found nothing"),
    "grade unknown": (top("grade: Exact"), "did you mean `exact`?"),
    "start_method unknown": (top("start_method: clone"), "is not one of `fork`, `spawn`, `forkserver`"),
    "terminals unknown": (top("terminals: one"), "is not one of `per-process`, `shared`"),
    "timeout zero": (top("timeout: 0"), "more than 0 and up to 600"),
    "timeout too long": (top("timeout: 601"), "up to 600"),
    "timeout with a unit": (top("timeout: 10s"), "expected seconds"),
    "timeout infinite": (top("timeout: .inf"), "expected seconds"),
    "timeout not a number": (top("timeout: nan"), "expected seconds"),
    "timeout negative": (top("timeout: -1"), "expected seconds"),
    "limits list": (top("limits: [memory]"), "expected a mapping (`limits`), found a list"),
    "limit unknown": (
        top("limits: {memroy: 1 GiB}"),
        "unknown key `memroy` in `limits`; did you mean `memory`?",
    ),
    "limit without a unit": (top("limits: {memory: 512}"), "expected a size from 64 MiB to 16 GiB"),
    "limit in other units": (top("limits: {file: 5 MB}"), "such as `64 MiB`, found `5 MB`"),
    "limit too small": (top("limits: {memory: 1 MiB}"), "expected a size from 64 MiB to 16 GiB"),
    "limit too large": (top("limits: {output: 1 GiB}"), "expected a size from 1 KiB to 16 MiB"),
    "limit of none": (top("limits: {processes: 0}"), "expected a whole number from 1 to 1000"),
    "python not a specifier": (top("python: new"), "is not a version specifier"),
    "python a bare version": (top("python: 3.14"), '"==3.14.*"'),
    "python empty": (top("python: ''"), "the version specifier is empty"),
    "env a list": (top("env: [A=1]"), "expected a mapping, found a list"),
    "env empty": (top("env: {}"), "the mapping is empty"),
    "env name": (top("env: {A-B: 1}"), "is not the name of an environment variable"),
    "env PATH": (top("env: {PATH: /bin}"), "`PATH` cannot be set"),
    "env HOME": (top("env: {HOME: /}"), "`HOME` cannot be set"),
    "env TMPDIR": (top("env: {TMPDIR: /tmp}"), "`TMPDIR` cannot be set"),
    "env PYTHONPATH": (top("env: {PYTHONPATH: .}"), "of PYTHON* only PYTHONBREAKPOINT can"),
    "env LD_PRELOAD": (top("env: {LD_PRELOAD: x}"), "`LD_PRELOAD` cannot be set"),
    "env PDBCOACH": (top("env: {PDBCOACH_SOCKET: x}"), "`PDBCOACH_SOCKET` cannot be set"),
    "env value with NUL": (top('env: {A: "\\0"}'), "control character U+0000"),
    "pdbrc list": (top("pdbrc: [n]"), "expected text, found a list"),
    "marks list": (top("marks: [call]"), "expected a mapping, found a list"),
    "mark name": (top("marks: {my-mark: total = 0}"), "`my-mark` is not a name of letters"),
    "mark not found": (top("marks: {m: totl = 0}"), "did you mean `total = 0`?"),
    "mark not unique": (top("marks: {m: total}"), "it is on lines 5, 7, 9, 11, 15 and 16"),
    "mark without text": (top("marks: {m: {file: tally.py}}"), "a mark needs `text`"),
    "mark in no file": (top("marks: {m: {file: x.py, text: a}}"), "`x.py` is not one of the files"),
    "alias to nothing": (top("alias: {w: worker}"), "is not the name of a process"),
    "variants list": (top("variants: [a]"), "expected a mapping, found a list"),
    "variants empty": (top("variants: {}"), "the mapping is empty"),
    "more variants than a lesson has": (
        top("variants: {" + ", ".join(f"v{n}: {{title: a}}" for n in range(51)) + "}"),
        "has 51 entries, and at most 50 are possible",
    ),
    "variant name": (top("variants: {Quick: {title: a}}"), "`Quick` is not a kebab-case name"),
    "variant with id": (top("variants: {a: {id: x}}"), "a variant's id is its name"),
    "variant with format": (top("variants: {a: {format: 1}}"), "only the top level has it"),
    "variant of a variant": (top("variants: {a: {variants: {}}}"), "no variants of its own"),
    "variant without steps": (HEAD + "variants: {a: {title: x}}\n", "there are no `steps`"),
    "variant empty": (HEAD + "variants: {a: }\n", "expected a mapping (a variant), found nothing"),
    "variant teaches nothing": (top("variants: {a: {teaches: [until]}}"), "`until` is taught"),
    # --- a step ------------------------------------------------------------------------------
    "step is text": (HEAD + STEP + "n\n", "expected a mapping (a step), found text"),
    "step is nothing": (HEAD + "steps:\n  -\n", "expected a mapping (a step), found nothing"),
    "step empty": (step("{}"), "this step does nothing"),
    "step of prose": (step("{say: hi}"), "this step does nothing"),
    "send and key": (step("{send: n, key: ctrl-c}"), "a step is either `send` or `key`"),
    "send of two lines": (step('{send: "n\\ns"}'), "must be a single line"),
    "send with a tab": (step('{send: "n\\ts"}'), "must be a single line without tabs"),
    "send with a control character": (step('{send: "\\x03"}'), "control character U+0003"),
    "send a list": (step("{send: [n]}"), "expected text, found a list"),
    "send an unknown mark": (step("{send: b @nowhere}"), "there is no mark `nowhere`"),
    "key unknown": (step("{key: ctrl-z}"), "is not one of `ctrl-c`, `ctrl-d`"),
    "wait too long": (step("{send: n, wait: 61}"), "up to 60"),
    "wait negative": (step("{send: n, wait: -1}"), "expected seconds"),
    "process unknown": (step("{send: n, process: child}"), "is not the name of a process"),
    "thread without a name": (step('{send: n, process: "main:"}'), "is not the name of a process"),
    "thread with a space": (step("{send: n, process: main:a b}"), "is not the name of a process"),
    "prompt unknown": (step("{send: n, prompt: Pdb}"), "did you mean `pdb`?"),
    "step timeout": (step("{send: n, timeout: 3}"), "belongs at the top level"),
    "step line": (step("{send: n, line: 3}"), "belongs into `at: {line: …}`"),
    "quiet yes": (step("{send: n, quiet: yes}"), "expected `true` or `false`, found `yes`"),
    "quiet empty": (step("{send: n, quiet: }"), "expected `true` or `false`, found nothing"),
    "hints text": (step("{send: n, hints: look}"), "expected a list, found text"),
    "hint not hints": (step("{send: n, hint: look}"), "write a list, `hints`"),
    "predict text": (step("{send: n, predict: what}"), "expected a mapping"),
    "predict without answer": (step("{send: n, predict: {ask: a}}"), "`predict` needs `answer`"),
    "predict another answer": (
        step("{send: n, predict: {ask: a, answer: b, choices: [c, d]}}"),
        "the answer `b` is not one of the `choices`",
    ),
    "predict a letter": (
        step("{send: n, predict: {ask: a, answer: b, choices: [b, c]}}"),
        "the choice `b` is also the letter of another one",
    ),
    "predict by nothing": (step("{send: n, predict: {ask: a, answer: b, when: {}}}"), "`when` is empty"),
    "wrong a mapping": (step("{send: n, wrong: {when: {line: 3}, say: a}}"), "expected a list"),
    "must_use short form": (step("{send: n, must_use: [n]}"), "write the long form `next`"),
    "must_use and forbid": (step("{send: n, must_use: [next], forbid: [next]}"), "as well as in `forbid`"),
    "at of an unknown mark": (step("{send: n, at: nowhere}"), "there is no mark `nowhere`"),
    "values of an expression": (step("{send: n, values: {len(x): 1}}"), "is not a plain name"),
    "breakpoints of words": (step("{send: n, breakpoints: [main]}"), "is not a breakpoint"),
    "status unknown": (step("{send: n, processes: {main: dead}}"), "`dead` is no status"),
    "late name of nothing": (top("alias: {w: {first: other.*}}"), "`other.*` matches no process"),
    "late name without first": (top("alias: {w: {}}"), "a late name needs `first`"),
    "what may be a late name": (
        HEAD + "alias: {w: {first: main.*}}\nsteps:\n  - {send: n, process: main.1}\n",
        "`main.1` may be `w` in one run and not in the next; write `w`, or `others of w`",
    ),
    "late name that nothing has yet": (
        HEAD + "alias: {w: {first: main.*}}\nsteps:\n  - {send: n, processes: {w: running}}\n",
        "nothing is `w` yet",
    ),
    "type at several": (
        HEAD + "alias: {w: {first: main.*}}\nsteps:\n  - {send: n, process: others of w}\n",
        "`others of w` is not the name of a process",
    ),
    "ends before the end": (
        HEAD + "steps:\n  - {send: q, ends: {main: exit 0}}\n  - {send: n}\n",
        "but steps follow this one",
    ),
    "ends of nothing": (step("{send: q, ends: {}}"), "the mapping is empty"),
    "ends a status": (step("{send: q, ends: exit 0}"), "expected a mapping, found text"),
    "expect a mapping": (step("{send: n, expect: {re: a}}"), "must be in a list"),
    "expect a bad expression": (step("{send: n, expect: [{re: '*'}]}"), "nothing to repeat at position 0"),
    "reject text": (step("{send: n, reject: a}"), "expected a list, found text"),
}


def check_place(problem: Problem, path: Path) -> None:
    """A problem's place is in its file, and shows its line."""
    assert problem.span.file == path
    data = path.read_bytes() if path.is_file() else b""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= problem.span.line <= len(lines)
    assert 1 <= problem.span.column <= len(lines[problem.span.line - 1]) + 1
    assert problem.span.length >= 1
    assert str(problem).startswith(f"{path}:{problem.span.line}:{problem.span.column}: ")
    assert len(str(problem)) < 2000 + len(str(path))
    assert "\n" not in problem.message


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """libyaml if it is built in, and the pure-Python parser."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(source, "_Loader", getattr(yaml, request.param))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_a_problem_with_place_and_reason(author: Author, name: str) -> None:
    document, cause = MALFORMED[name]
    path = author.write(document)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    for problem in caught.value.problems:
        check_place(problem, path)
    assert any(cause in problem.message for problem in caught.value.problems), str(caught.value)


def test_the_collection_has_enough_malformed_files() -> None:
    assert len(MALFORMED) > 100


@pytest.mark.parametrize(
    "document",
    [
        top("".join(f"titel{number}: x\n" for number in range(20_000))),
        step("{send: n" + "".join(f", exepct{number}: x" for number in range(20_000)) + "}"),
        top("marks:\n" + "".join(f"  m{number}: nothing\n" for number in range(20_000))),
        top("files: [" + "tally.py, " * 20_000 + "]"),
    ],
    ids=["keys", "keys of a step", "marks", "files"],
)
def test_the_first_hundred_problems_are_reported(author: Author, document: str) -> None:
    path = author.write(document)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    *problems, last = caught.value.problems
    assert len(problems) == source.MAX_PROBLEMS
    assert last.message == "there are more problems; mend these first"
    check_place(last, path)


def test_a_mark_is_found_in_a_large_program(author: Author) -> None:
    (author.folder / "tally.py").write_text("x = 1\n" * 150_000)
    marks = "".join(f"  m{number}: y = {number}\n" for number in range(90))
    assert len(author.problems(HEAD + "marks:\n" + marks + STEPS)) == 90


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: None, "no such file"),
        (os.mkfifo, "is not a regular file"),
        (lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a regular file"),
    ],
    ids=["folder", "missing", "pipe", "symlink loop", "device"],
)
def test_a_path_that_is_no_regular_file_is_a_problem(tmp_path: Path, make: object, cause: str) -> None:
    path = tmp_path / "demo.yaml"
    assert callable(make)
    make(path)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert cause in problem.message
    assert str(problem).startswith(f"{path}:1:1: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_problem(author: Author) -> None:
    path = author.write(HEAD + STEPS)
    path.chmod(0)
    with pytest.raises(ScenarioError, match="cannot be read: Permission denied"):
        load(path)


VALID = (
    HEAD
    + """\
title: T
teaches: [next]
files: [tally.py, stock.py]
marks: {call: total = add_ticks(ticks), other: {file: stock.py, text: class Box}}
env: {A: '1'}
alias: {worker: main.1}
python: ">=3.9"
timeout: 3
steps:
  - send: b @call
    breakpoints: ["@call", {at: "stock.py:@other", hits: 1}]
    expect:
      - one
      - {any_order: [a, {re: b+}]}
      - {optional: [c]}
      - {python: ">=3.13", then: d}
    reject: [x, {re: y}]
  - {send: n, at: call, values: {total: 0}, processes: {worker: exit 0}, predict: {ask: a, answer: b}}
  - key: ctrl-d
    wait: 0.5
    wrong: [{when: {line: 3}, say: x}]
    ends: {main: killed SIGTERM}
variants:
  quick: {title: Q}
"""
).encode()


def load_or_explain(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        scenarios = load(path)
    except ScenarioError as error:
        problems = error.problems
    else:
        assert all(scenario.steps and scenario.run_line for scenario in scenarios)
        return
    assert problems
    for problem in problems:
        check_place(problem, path)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "tally.py").write_text(TALLY)
    (folder / "stock.py").write_text(STOCK)
    return folder / "demo.yaml"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=200))
def test_any_bytes_load_or_are_explained(desk: Path, data: bytes) -> None:
    load_or_explain(desk, data)


YAML_TOKENS = st.sampled_from(
    [
        *"[]{}:,-?!&*#|>'\"%@`\n\t \\\0\r\x85\u2028\ufeff\U0001f600",
        *("- ", ": ", "\n  ", "&a ", "*a", "!!", "<<", "---\n", "...\n", "~", "@call"),
        *("steps", "send", "at", "when", "re", "python", "9" * 30, "(" * 300, "[" * 40),
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tokens=st.lists(YAML_TOKENS, max_size=30))
def test_any_yaml_loads_or_is_explained(desk: Path, tokens: list[str]) -> None:
    load_or_explain(desk, "".join(tokens).encode())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_mutilated_scenario_loads_or_is_explained(desk: Path, data: st.DataObject) -> None:
    document = VALID
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(document)))
        cut = data.draw(st.integers(0, 12))
        piece = data.draw(st.one_of(YAML_TOKENS.map(str.encode), st.binary(max_size=3), st.just(b"")))
        document = document[:start] + piece + document[start + cut :]
    load_or_explain(desk, document)


VALUES = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.sampled_from(
        ["", "a", "@call", "main.1", "exit 0", "3", "[..]", "\0", "\u202e", "x" * 300, "../x", "(", ">=3"]
    ),
    st.lists(st.sampled_from(["next", "tally.py", "1"]), max_size=3),
    st.dictionaries(
        st.sampled_from(["at", "line", "re", "send", "text", "steps"]), st.integers(), max_size=3
    ),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=spoilt(yaml.safe_load(VALID), VALUES))
def test_a_scenario_with_one_thing_wrong_loads_or_is_explained(desk: Path, document: object) -> None:
    load_or_explain(desk, json.dumps(document).encode())  # JSON is YAML, too


PACK = {
    "format": 1,
    "id": "p",
    "title": "P",
    "order": ["demo"],
    "requires": ["q"],
    "authors": ["A"],
    "license": "MIT",
}
OVERLAY = {
    "title": "T",
    "steps": [{}, {"predict": {"ask": "a"}}, {"wrong": [{"say": "x"}]}],
    "variants": {"quick": {}},
}


@settings(max_examples=100, deadline=None)
@given(pack=spoilt(PACK, VALUES), overlay=spoilt(OVERLAY, VALUES))
def test_a_pack_and_a_translation_load_or_are_explained(desk: Path, pack: object, overlay: object) -> None:
    desk.write_bytes(VALID)
    files = {"pack.yaml": pack, "demo.zh.yaml": overlay}
    for name, document in files.items():
        (desk.parent / name).write_text(json.dumps(document))
    try:
        for name, read in (("pack.yaml", load_pack), ("demo.yaml", lambda path: load(path, "zh"))):
            try:
                read(desk.parent / name)
            except ScenarioError as error:
                for problem in error.problems:
                    check_place(problem, problem.span.file)
                    assert problem.span.file.parent == desk.parent
    finally:
        for name in files:
            (desk.parent / name).unlink()


def test_the_document_that_is_mutilated_is_valid(desk: Path) -> None:
    desk.write_bytes(VALID)
    assert [scenario.id for scenario in load(desk)] == ["demo", "demo[quick]"]
