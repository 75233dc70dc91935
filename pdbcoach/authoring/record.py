"""Makes a scenario file of a recording: finds what it needs, replays it, keeps what holds each time."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.draft import Draft, Setting
from pdbcoach.engine.temporary import temporary_folder
from pdbcoach.errors import PdbcoachError
from pdbcoach.matching.verdict import Failure, OutputMismatch, StateMismatch
from pdbcoach.replay.hand import Options
from pdbcoach.replay.result import ScenarioFinished, ScenarioResult, Target
from pdbcoach.replay.runner import replay
from pdbcoach.scenario.commandline import CommandLineError, parse
from pdbcoach.scenario.files import PROGRAMS
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Exited, Gone, Killed, Running, Scenario, SourceFile, Zombie

_RUNS: Final = 2
_ROUNDS: Final = 5
_PACKAGE: Final = "__init__.py"


class Written(Struct, frozen=True):
    """A scenario's text, and what keeps a replay of it from going as the recording went; mostly empty."""

    text: str
    problem: str = ""


def setting(words: Sequence[str], output: Path | None, scenario_id: str | None) -> Setting:
    """Where the scenario of this command line will lie, and which files it needs.

    Raises ``PdbcoachError`` for what cannot be recorded.
    """
    try:
        line = parse(shlex.join(words))
    except CommandLineError as error:
        raise PdbcoachError(str(error), "pdbcoach record -- python -m pdb prog.py") from None
    if line.attaches:
        raise PdbcoachError("`{pid}` needs a background process", "write such a scenario by hand")
    script = Path(line.script) if line.script is not None else None
    if script is not None and not script.is_file():
        raise PdbcoachError(
            f"there is no file {script}", "the program is named as you would name it to python"
        )
    home = script.parent if script is not None else Path()
    if home.name == PROGRAMS:
        home = home.parent
    name = scenario_id or (
        output.stem if output is not None else _kebab(script.stem if script else "recording")
    )
    path = output if output is not None else home / f"{name}.yaml"
    if path.stem != name or path.suffix != ".yaml" or _kebab(name) != name:
        raise PdbcoachError(
            f"a scenario file is named like its id: {path.with_name(_kebab(name) + '.yaml')}, not {path}",
            "an id is in kebab-case, such as into-or-over",
        )
    if not path.parent.is_dir():
        raise PdbcoachError(f"there is no folder {path.parent}")
    named, extra = [], []
    for word in words[1:]:
        place = Path(word)
        if place.is_file() and not place.is_absolute() and ".." not in place.parts:
            named.append(place)
    if script is not None:
        script_name = script.name if script.is_absolute() or script.parent != Path() else str(script)
        extra = sorted(_imports(script))
        words = [script_name if word == line.script else word for word in words]
    elif line.module is not None:
        extra = sorted(_module_files(line.module))
    base = script.parent if script is not None else Path()
    files = [SourceFile(script.name, script.resolve())] if script is not None else []
    for place in [*named, *extra]:
        if script is None or place.resolve() != script.resolve():
            work = place.relative_to(base).as_posix() if place.is_relative_to(base) else place.name
            files.append(SourceFile(work, place.resolve()))
    files = list({file.name: file for file in files}.values())
    listed = tuple(file.name for file in files) if len(files) > 1 or (script is None and files) else ()
    return Setting(
        path,
        name,
        shlex.join(words),
        parse(shlex.join(words)).words,
        tuple(files),
        script.name if script is not None else None,
        listed,
    )


def copies(where: Setting) -> list[tuple[Path, Path]]:
    """The files that must be copied beside the scenario, and where to.

    Raises ``PdbcoachError`` where something else lies there.
    """
    needed = []
    for file in where.files:
        folder = where.path.parent
        if any(
            (one := folder / sub / file.name).is_file() and one.samefile(file.path) for sub in ("", PROGRAMS)
        ):
            continue
        place = folder / file.name
        in_programs = folder / PROGRAMS / file.name
        for there in (place, in_programs):
            if there.exists() and there.read_bytes() != file.path.read_bytes():
                raise PdbcoachError(
                    f"{there} is another file than {file.path}", "choose another folder with -o"
                )
        if not place.exists() and not in_programs.exists():
            needed.append((file.path, place))
    return needed


def write(draft: Draft, target: Target) -> Written:
    """The scenario's text, found by replaying it until all that it asserts holds each time."""
    runs, problem = _settled(draft, target)
    text = draft.text(runs)
    if problem:
        return Written(text, problem)
    for _ in range(_ROUNDS):
        with _loaded(draft.setting, text) as scenario:
            results = [_run(scenario, target) for _ in range(_RUNS)]
        failed = list(_failing(results))
        if not failed:
            return Written(text)
        before = len(draft.dropped)
        for index, failure in failed:
            draft.dropped.add((index, _fact(failure)))
        if len(draft.dropped) == before:
            break
        text = draft.text(runs)
    index, failure = failed[0]
    return Written(text, f"step {index + 1} does not come out the same each time ({_fact(failure)})")


def _settled(draft: Draft, target: Target) -> tuple[list[ScenarioResult], str]:
    """Replays of the bare steps in which the processes do what they did for the person."""
    outline = draft.outline()
    for _ in range(_ROUNDS):
        results = [_run(outline, target) for _ in range(_RUNS)]
        failed = list(_failing(results))
        if not failed:
            return results, ""
        relaxed = [_relax(draft, index, failure) for index, failure in failed]
        if not any(relaxed):
            break
        outline = draft.outline()
    index, failure = failed[0]
    what = draft.typed[index - 1].action if index else "the start"
    return results, f"replayed, {what} (step {index + 1}) goes another way: {_reason(failure)}"


def _relax(draft: Draft, index: int, failure: Failure) -> bool:
    """Assert less of a process whose end cannot be told exactly. False if nothing can be done."""
    if not isinstance(failure, StateMismatch):
        return False
    fact, _, name = failure.fact.partition(".")
    known = draft.statuses[index].get(name)
    if fact not in ("processes", "ends") or known is None:
        return False
    if isinstance(known, Exited | Killed | Zombie):
        draft.statuses[index][name] = Gone()
        return True
    if fact == "ends" or (isinstance(known, Running) and name == draft.process(index)):
        return False
    del draft.statuses[index][name]
    return True


def _run(scenario: Scenario, target: Target) -> ScenarioResult:
    for event in replay(scenario, target, options=Options(go_on=True)):
        if isinstance(event, ScenarioFinished):
            return event.result
    raise AssertionError("a replay ends with its result")


def _failing(results: Sequence[ScenarioResult]) -> Iterator[tuple[int, Failure]]:
    for result in results:
        for step in result.steps:
            yield from ((step.number - 1, failure) for failure in step.failures)
        yield from ((len(result.steps) - 1, failure) for failure in result.failures)


def _fact(failure: Failure) -> str:
    match failure:
        case OutputMismatch():
            return "expect"
        case StateMismatch(fact=fact):
            return fact
        case _:
            return type(failure).__name__


def _reason(failure: Failure) -> str:
    match failure:
        case StateMismatch(fact=fact, expected=expected, actual=actual):
            return f"{fact} was {expected}, is {actual}"
        case OutputMismatch(reason=reason):
            return reason
        case _:
            return getattr(failure, "reason", "") or repr(failure)


@contextlib.contextmanager
def _loaded(where: Setting, text: str) -> Iterator[Scenario]:
    """The scenario of a text, loaded from a folder of its own with its files."""
    with temporary_folder("pdbcoach-record-") as folder:
        for file in where.files:
            place = Path(folder, file.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, place)
        (scenario,) = load(Path(folder, f"{where.id}.yaml"), text=text)
        yield replace(scenario, path=where.path)


def _imports(script: Path) -> set[Path]:
    """Local modules that a script imports, and those that they import."""
    found: set[Path] = set()
    todo = [script]
    while todo:
        source = todo.pop()
        try:
            tree = ast.parse(source.read_bytes())
        except (SyntaxError, ValueError, OSError):
            continue
        names = [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            for path in _module_files(name, script.parent):
                if path not in found and path != script:
                    found.add(path)
                    todo.append(path)
    return found


def _module_files(name: str, base: Path = Path()) -> Iterator[Path]:
    """The file of a module that lies here, and those of the packages that it is in."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        folder = base.joinpath(*parts[:end])
        candidates = [folder / _PACKAGE, folder.with_suffix(".py")]
        candidates += [folder / "__main__.py"] if end == len(parts) else []
        yield from (path for path in candidates if path.is_file())


def _kebab(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "recording"


def save(where: Setting, text: str) -> None:
    """Write the scenario and what it needs beside it."""
    for source, place in copies(where):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    temporary = where.path.with_name(f".{where.path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, where.path)
