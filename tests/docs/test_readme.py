"""Tests of what the documents claim: README's samples, their links, and the commands they name."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from docs.page import CHECKOUT, commands, examples, is_shown, run

from pdbcoach.scenario import packs

README = CHECKOUT / "README.md"
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")])
SAMPLES = {
    command: (shown, example.line)
    for example in examples(README)
    if example.language == "console"
    for command, shown in commands(example.text)
    if shown.strip()
}
TYPED = {"pdbcoach practice into-or-over --stage task": "n\n:undo\ns\n:quit\n"}
COMMANDS = [
    pytest.param(command.partition(" #")[0], id=f"{page.name}:{example.line}:{command}")
    for page in PAGES
    for example in examples(page)
    if example.language == "console"
    for command, _ in commands(example.text)
    if re.match(r"(\.venv/bin/)?pdbcoach ", command)
]


def pattern(sample: str) -> str:
    """Return a sample as a pattern that matches any duration, Python version and text at a ``⋮``."""
    sample = re.sub(r"in \d+\.\d+ s", "in [time]", sample)
    sample = re.sub(r"· Python 3\.\d+\.\d+", "· Python [..]", sample)
    return re.sub("^⋮$", "...", sample, flags=re.MULTILINE)


def section(page: Path, link: str) -> bool:
    """Return whether a page has the heading that a link's fragment names."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return link in slugs


@pytest.mark.parametrize("command", SAMPLES)
def test_a_sample_is_what_the_command_prints(command: str, tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "scenarios" / "basics" / "programs" / "tally.py", tmp_path)
    (lesson,) = (one.text for one in examples(README) if one.title == "lesson.yaml")
    (tmp_path / "lesson.yaml").write_text(lesson.replace("send: s", "send: n"), encoding="utf-8")
    done = run(
        command,
        tmp_path,
        typed=TYPED.get(command, ""),
        extra={"COLUMNS": "80", "PDBCOACH_HOME": str(tmp_path / "home")},
    )
    shown, line = SAMPLES[command]
    assert is_shown(pattern(shown), done.stdout), f"README.md:{line}\n{done.stdout}{done.stderr}"


def test_the_example_scenario_passes(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "scenarios" / "basics" / "programs" / "tally.py", tmp_path)
    (lesson,) = (one for one in examples(README) if one.title == "lesson.yaml")
    (tmp_path / lesson.title).write_text(lesson.text, encoding="utf-8")
    done = run("pdbcoach replay lesson.yaml --quiet", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_of_the_engine_works() -> None:
    (example,) = (one.text for one in examples(README) if one.language == "python")
    done = run("python -", CHECKOUT, typed=example)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("Breakpoint 1 at ")
    assert done.stdout.split()[-1] == "0"


def test_the_number_of_lessons_and_packs_is_right() -> None:
    shelf = packs.shipped()
    folders = [one.parent for one in shelf.glob("*/pack.yaml")]
    lessons = sum(len(packs.load_pack(folder).order) for folder in folders)
    assert (lessons, len(folders)) == (60, 9)
    assert "There are 60 lessons in nine packs." in README.read_text(encoding="utf-8")


@cache
def usage(verb: str) -> str:
    done = run(f"pdbcoach {verb} --help", CHECKOUT)
    assert done.returncode == 0, f"no verb {verb}"
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_only_existing_verbs_and_options(command: str) -> None:
    first = re.split(r" (?:--|\||&&) ", command)[0]
    verb, *words = first.partition("pdbcoach ")[2].split()
    options = [word for word in words if word.startswith("-")]
    assert [option for option in options if not re.search(rf"{option}\b", usage(verb))] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if link.startswith("https://"):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not heading or section(target, heading), link
