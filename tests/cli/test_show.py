from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pdbcoach.cli import main

Output = pytest.CaptureFixture[str]

LESSON = """\
format: 1
id: demo
title: "*Sly* <b>title</b> & `more`"
teaches: [p]
run: python -m pdb prog.py
intro: |
  Read **this** <script>alert(1)</script> [here](javascript:alert(1)).
marks: {one: "x = '```"}
steps:
  - say: Line @one, <img src=x onerror=alert(1)>.
    ask: Print it.
    send: p '`<i>`'
    at: {line: 1}
    expect: |
      '`<i>`'
    why: Because.
  - send: q
    process: main
    ends: {main: exit 0}
outro: Bye.
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    (tmp_path / "prog.py").write_text("x = '```</code><script>'\n")
    path = tmp_path / "demo.yaml"
    path.write_text(LESSON)
    return path


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.data: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def test_a_lesson_is_printed_as_markdown(lesson: Path, capsys: Output) -> None:
    assert main(["show", str(lesson)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# \\*Sly\\* \\<b\\>title\\</b\\> \\& \\`more\\`\n\n`demo` · teaches `p`\n")
    assert "````text\n1  x = '```</code><script>'    ← @one\n````" in shown
    assert "Line 1, " in shown
    assert "Type ``p '`<i>`'``." in shown
    assert shown.endswith("\nBye.\n")


def test_html_contains_no_markup_of_the_author(lesson: Path, capsys: Output) -> None:
    assert main(["show", str(lesson), "--format", "html", "--transcript"]) == 0
    page = _Tags(capsys.readouterr().out)
    assert not {"script", "img", "b", "i"} & set(page.tags)
    assert page.links == []
    text = "".join(page.data)
    assert "<script>alert(1)</script>" in text
    assert "*Sly* <b>title</b> & `more`" in text
    assert "x = '```</code><script>'" in text
    assert "(Pdb) p '`<i>`'" in text


def test_a_file_with_steps_and_variants_shows_its_steps(capsys: Output) -> None:
    assert main(["show", "fork-stop-in-child"]) == 0
    assert "`fork-stop-in-child` ·" in capsys.readouterr().out


def test_html_names_its_language(capsys: Output) -> None:
    assert main(["show", "into-or-over", "--format", "html", "--lang", "zh_CN.UTF-8"]) == 0
    assert '<html lang="zh">' in capsys.readouterr().out


def test_a_transcript_is_that_of_a_real_run(lesson: Path, capsys: Output) -> None:
    assert main(["show", str(lesson), "--transcript"]) == 0
    assert "(Pdb) p '`<i>`'\n'`<i>`'\n(Pdb) q\n" in capsys.readouterr().out


def test_a_run_that_differs_is_shown_with_exit_code_1(lesson: Path, capsys: Output) -> None:
    lesson.write_text(LESSON.replace("{line: 1}", "{line: 2}"))
    assert main(["show", str(lesson), "--transcript"]) == 1
    assert "What it looks like" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["no-such-lesson"], "there is no file", id="unknown"),
        pytest.param(["basics"], "scenarios: ", id="several"),
        pytest.param(["basics", "--python", "3.9"], "--transcript", id="python-alone"),
    ],
)
def test_wrong_arguments_are_rejected(capsys: Output, words: list[str], message: str) -> None:
    assert main(["show", *words]) == 2
    assert message in capsys.readouterr().err
