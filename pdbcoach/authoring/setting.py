"""What a recording is about: its program, the files that the program needs, and where the scenario goes."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.scenario.commandline import CommandLine, CommandLineError, parse
from pdbcoach.scenario.files import PROGRAMS
from pdbcoach.scenario.model import Scenario, SourceFile, Step
from pdbcoach.whole_file import replace_file

USUAL_TIMEOUT: Final = 10.0
"""Seconds for one step."""
_PACKAGE: Final = "__init__.py"


class Setting(Struct, frozen=True):
    """What a scenario is about: all but its steps."""

    path: Path
    id: str
    run_line: str
    run: tuple[str, ...]
    files: tuple[SourceFile, ...]
    script: str | None
    listed: tuple[str, ...] = ()
    """What ``files`` says; empty if only the script is needed."""

    def scenario(self, steps: Sequence[Step] = (), timeout: float = USUAL_TIMEOUT) -> Scenario:
        """Return a scenario of this setting, without prose."""
        return Scenario(
            path=self.path,
            span=Span(self.path, 1, 1),
            id=self.id,
            run=self.run,
            steps=tuple(steps),
            run_line=self.run_line,
            script=self.script,
            files=self.files,
            timeout=timeout,
        )


def setting(words: Sequence[str], output: Path | None, scenario_id: str | None) -> Setting:
    """Return the setting of this command line. Raises ``PdbcoachError`` for what cannot be recorded."""
    line = _command_line(words)
    script = Path(line.script) if line.script is not None else None
    path, name = _scenario_path(script, output, scenario_id)
    files = _files(words, line, script)
    if script is not None:
        words = [script.name if word == line.script else word for word in words]
    is_listed = len(files) > 1 or (script is None and files)
    return Setting(
        path,
        name,
        shlex.join(words),
        parse(shlex.join(words)).words,
        files,
        script.name if script is not None else None,
        tuple(file.name for file in files) if is_listed else (),
    )


def copies(where: Setting) -> list[tuple[Path, Path]]:
    """Return the files to be copied beside the scenario, each with its new path.

    Raises ``PdbcoachError`` if a different file has that path.
    """
    return [(file.path, place) for file in where.files if (place := _copy_of(file, where.path.parent))]


def save(where: Setting, text: str) -> None:
    """Write the scenario, and copy the files that it needs beside it. Raises ``OSError``."""
    for source, place in copies(where):
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, source.read_bytes(), before="")
    replace_file(where.path, text)


def uses_multiprocessing(files: Sequence[SourceFile]) -> bool:
    """Return whether a program may start processes in the way that Python chooses by default."""
    sources = (file.path.read_bytes() for file in files if file.name.endswith(".py"))
    return any(b"multiprocessing" in one or b"concurrent.futures" in one for one in sources)


def _command_line(words: Sequence[str]) -> CommandLine:
    try:
        line = parse(shlex.join(words))
    except CommandLineError as error:
        raise PdbcoachError(str(error), "pdbcoach record -- python -m pdb prog.py") from None
    if line.attaches:
        raise PdbcoachError("`{pid}` needs a background process", "write such a scenario by hand")
    if line.script is not None and not Path(line.script).is_file():
        raise PdbcoachError(
            f"there is no file {line.script}", "the program is named as you would name it to python"
        )
    return line


def _scenario_path(script: Path | None, output: Path | None, scenario_id: str | None) -> tuple[Path, str]:
    """Return the scenario's file and its id."""
    home = script.parent if script is not None else Path()
    if home.name == PROGRAMS:
        home = home.parent
    by_program = _kebab(script.stem if script is not None else "recording")
    if output is not None and not output.name:
        raise PdbcoachError(f"{output} is a folder, not a file", "-o names the file, such as my-lesson.yaml")
    name = scenario_id or (output.stem if output is not None else by_program)
    path = output if output is not None else home / f"{name}.yaml"
    if path.stem != name or path.suffix != ".yaml" or _kebab(name) != name:
        raise PdbcoachError(
            f"a scenario file is named like its id: {path.with_name(_kebab(name) + '.yaml')}, not {path}",
            "an id is in kebab-case, such as into-or-over",
        )
    if not path.parent.is_dir():
        raise PdbcoachError(f"there is no folder {path.parent}")
    return path, name


def _files(words: Sequence[str], line: CommandLine, script: Path | None) -> tuple[SourceFile, ...]:
    """Return the program's files: the script, those named on the command line, modules that it imports."""
    if script is not None:
        imported = _imports(script)
    else:
        imported = set(_module_files(line.module)) if line.module is not None else set()
    base = script.parent if script is not None else Path()
    files = [SourceFile(script.name, script.resolve())] if script is not None else []
    for place in [*filter(_is_beside_us, map(Path, words[1:])), *sorted(imported)]:
        if script is None or place.resolve() != script.resolve():
            work = place.relative_to(base).as_posix() if place.is_relative_to(base) else place.name
            files.append(SourceFile(work, place.resolve()))
    return tuple({file.name: file for file in files}.values())


def _is_beside_us(place: Path) -> bool:
    return place.is_file() and not place.is_absolute() and ".." not in place.parts


def _copy_of(file: SourceFile, folder: Path) -> Path | None:
    """Return where ``file`` must be copied to; ``None`` if it is there. Raises PdbcoachError."""
    places = (folder / file.name, folder / PROGRAMS / file.name)
    if any(place.is_file() and place.samefile(file.path) for place in places):
        return None
    for place in places:
        if place.exists() and place.read_bytes() != file.path.read_bytes():
            raise PdbcoachError(f"{place} is another file than {file.path}", "choose another folder with -o")
    return None if any(place.exists() for place in places) else places[0]


def _imports(script: Path) -> set[Path]:
    """Return the local modules that a script imports, and those that they import."""
    found: set[Path] = set()
    todo = [script]
    while todo:
        for name in _imported_names(todo.pop()):
            for path in _module_files(name, script.parent):
                if path not in found and path != script:
                    found.add(path)
                    todo.append(path)
    return found


def _imported_names(source: Path) -> Iterator[str]:
    try:
        tree = ast.parse(source.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module_files(name: str, base: Path = Path()) -> Iterator[Path]:
    """Yield the file of a module below ``base``, and those of the packages that it is in."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        folder = base.joinpath(*parts[:end])
        candidates = [folder / _PACKAGE, folder.with_suffix(".py")]
        candidates += [folder / "__main__.py"] if end == len(parts) else []
        yield from (path for path in candidates if path.is_file())


def _kebab(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") or "recording"
