"""From a scenario file to scenarios, with every problem of the file reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written, did_you_mean, value_or
from pdbcoach.form.source import Problems, read_yaml
from pdbcoach.scenario.commandline import CommandLine, CommandLineError, parse
from pdbcoach.scenario.expect import check_python
from pdbcoach.scenario.fields import FileFields, ScenarioFields
from pdbcoach.scenario.files import MAX_BYTES_COPIED, PROGRAMS, PathError, Surroundings
from pdbcoach.scenario.marks import find_marks
from pdbcoach.scenario.misconceptions import check_targets
from pdbcoach.scenario.model import LimitName, Scenario, SourceFile, Xfail
from pdbcoach.scenario.overlay import find_overlay, translate
from pdbcoach.scenario.processes import check_bound, read_names
from pdbcoach.scenario.steps import StepReader, exercised, read_commands
from pdbcoach.scenario.version import check_format

_ENV_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_ENV_REFUSED = re.compile("PYTHON.*|PATH|HOME|TMPDIR|LD_.*|DYLD_.*|PDBCOACH_.*")
_ENV_EXCEPTION = "PYTHONBREAKPOINT"


def load(path: Path, lang: str = "", *, text: str | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios of a file: its own if it has `steps`, then one for each variant.

    With ``lang`` (such as ``zh`` or ``zh_CN.UTF-8``), prose comes from the overlay file of that language if
    there is one. ``text`` is read in place of the file's content. Raises ``ScenarioError`` with everything
    that is wrong.
    """
    node, problems = read_yaml(path, text)
    check_format(node, problems)
    record = FileFields.read(node, problems)
    scenarios = _scenarios(path, record, problems) if record is not None else ()
    problems.raise_if_any()
    overlay = find_overlay(path, lang)
    if overlay is None or record is None:
        return scenarios
    variants = {name.value: variant.value for name, variant in _variants(record)}
    return translate(scenarios, variants, overlay)


def _scenarios(path: Path, record: FileFields, problems: Problems) -> tuple[Scenario, ...]:
    if record.id is not None and record.id.value != path.stem:
        problems.add(
            record.id.span,
            f"the id is `{record.id.value}`, but the file is named `{path.stem}`; make them equal",
        )
    variants = _variants(record)
    if not record.has(FileFields.steps) and not record.has(FileFields.variants):
        problems.add(record.span, "a scenario needs `steps`, or `variants` that have them")
    surroundings = Surroundings(path)
    base_id = record.id.value if record.id else path.stem
    made = []
    if record.has(FileFields.steps):
        made.append(_Assembly(path, surroundings, record, problems).scenario(base_id))
    for name, variant in variants:
        merged = _inherit(record, variant.value)
        made.append(_Assembly(path, surroundings, merged, problems).scenario(f"{base_id}[{name.value}]"))
    _check_teaches([record, *(variant.value for _, variant in variants)], made, problems)
    return tuple(made)


def _variants(record: FileFields) -> Sequence[tuple[Written[str], Written[ScenarioFields]]]:
    return record.variants.value if record.variants else ()


def _inherit(base: FileFields, variant: ScenarioFields) -> ScenarioFields:
    """Return the variant, with the top level's value for each key that it does not give itself."""
    inherited = [key for key in ScenarioFields.fields() if key not in variant.keys]

    def merge(own: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
        return {key: top[key] for key in inherited if key in top} | dict(own)

    return ScenarioFields(variant.span, merge(variant.written, base.written), merge(variant.keys, base.keys))


def _check_teaches(
    records: Sequence[ScenarioFields], scenarios: Sequence[Scenario], problems: Problems
) -> None:
    """Report commands that the file teaches and none of its scenarios uses: variants share a lesson."""
    used = frozenset[str]().union(*(exercised(scenario.steps) for scenario in scenarios))
    fields = ("steps", "variants")
    if any(field in record.keys and field not in record.written for record in records for field in fields):
        return  # The broken ones may use it.
    for record in records:
        for command in value_or(record.teaches, ()):
            if command.value not in used and read_commands([command], Problems(problems.path)):
                problems.add(
                    command.span,
                    f"`{command.value}` is taught, but no step that is not `quiet` uses it; "
                    f"add one or leave `{command.value}` out",
                )


class _Assembly(Struct, frozen=True):
    """Builds one scenario from what its author wrote. It reports what is wrong and goes on."""

    path: Path
    surroundings: Surroundings
    record: ScenarioFields
    problems: Problems

    def scenario(self, scenario_id: str) -> Scenario:
        """Return the scenario as far as it could be read; ``problems`` has what is wrong with it."""
        record, problems = self.record, self.problems
        run = self._command_line(record.run)
        background = self._command_line(record.background)
        self._check_pid(run, background)
        files, script = self._files(run, background)
        # A script that does not exist, or cannot be read, has been reported already.
        is_missing = script is None and (run is None or run.script is not None)
        where = "" if is_missing else script
        marks = find_marks(value_or(record.marks, ()), files, where, problems)
        has_background = record.has(ScenarioFields.background)
        processes = read_names(value_or(record.alias, ()), has_background, problems)
        targets = value_or(record.targets, ())
        check_targets(targets, self.surroundings.root, problems)
        if record.python is not None:
            check_python(record.python, problems)
        steps = StepReader(marks, processes, problems).steps(value_or(record.steps, ()))
        check_bound(processes, steps, problems)
        return Scenario(
            path=self.path,
            span=record.span,
            id=scenario_id,
            run=run.words if run else (),
            steps=steps,
            run_line=value_or(record.run, ""),
            script=script,
            title=value_or(record.title, ""),
            intro=marks.in_prose(value_or(record.intro, "")),
            outro=marks.in_prose(value_or(record.outro, "")),
            teaches=read_commands(value_or(record.teaches, ()), problems),
            targets=tuple(target.value for target in targets),
            level=value_or(record.level, "core"),
            background=background.words if background else None,
            files=tuple(files),
            python=value_or(record.python, ""),
            start_method=value_or(record.start_method, None),
            terminals=value_or(record.terminals, "per-process"),
            columns=value_or(record.columns, None),
            env=self._env(),
            pdbrc=value_or(record.pdbrc, ""),
            marks=marks.found,
            alias=processes.alias,
            late=processes.late,
            grade=value_or(record.grade, "exact"),
            timeout=value_or(record.timeout, 10.0),
            limits=self._limits(),
            xfail=self._xfail(),
        )

    def _limits(self) -> dict[LimitName, int]:
        written = self.record.limits.value.written if self.record.limits else {}
        return {name: written[name].value for name in get_args(LimitName) if name in written}

    def _xfail(self) -> Xfail | None:
        if (written := self.record.xfail) is None:
            return None
        fields = written.value
        if fields.reason is None or fields.link is None:
            return None
        if fields.python is not None:
            check_python(fields.python, self.problems)
        python = value_or(fields.python, "")
        return Xfail(fields.reason.value, fields.link.value, written.span, python)

    def _command_line(self, written: Written[str] | None) -> CommandLine | None:
        if written is None:
            return None
        try:
            return parse(written.value)
        except CommandLineError as error:
            self.problems.add(written.span, str(error))
            return None

    def _check_pid(self, run: CommandLine | None, background: CommandLine | None) -> None:
        if not self.record.has(ScenarioFields.run):
            self.problems.add(self.record.span, "the command line is missing: `run: python -m pdb prog.py`")
        if not self.record.has(ScenarioFields.steps):
            self.problems.add(self.record.span, "there are no `steps`, neither here nor at the top level")
        if run and self.record.run and run.attaches and not self.record.has(ScenarioFields.background):
            self.problems.add(self.record.run.span, "`{pid}` is the pid of `background`, which is missing")
        if background and self.record.background and background.attaches:
            self.problems.add(
                self.record.background.span, "`{pid}` is this process's own pid; only `run` can have it"
            )

    def _files(
        self, run: CommandLine | None, background: CommandLine | None
    ) -> tuple[list[SourceFile], str | None]:
        """Return the files to copy, and the work file that ``run`` names; when attaching, ``background``."""
        lines = [(line, self._span(key)) for key, line in (("run", run), ("background", background)) if line]
        files = self._files_to_copy(lines)
        names = [file.name for file in files]
        scripts = [self._script(line, names, span) for line, span in lines]
        self._check_copied(files)
        return files, next((name for name in scripts if name is not None), None)

    def _check_copied(self, files: Sequence[SourceFile]) -> None:
        if sum(file.path.stat().st_size for file in files) > MAX_BYTES_COPIED:
            span = self._span("files" if self.record.files else "run")
            self.problems.add(span, f"the files have more than {MAX_BYTES_COPIED >> 20} MiB; are all needed?")
        if self.record.pdbrc and any(file.name == ".pdbrc" for file in files):
            self.problems.add(
                self._span("pdbrc"), "there is a file `.pdbrc` in `files` too; keep one of them"
            )

    def _files_to_copy(self, lines: Sequence[tuple[CommandLine, Span]]) -> list[SourceFile]:
        """Return the files that the author lists, or those that the command lines run."""
        files: list[SourceFile] = []
        if self.record.files is not None:
            for path in self.record.files.value:
                self._add(files, self._find(path.value, path.span), path.span)
        elif not self.record.has(ScenarioFields.files):
            for line, span in lines:
                found = self._program(line, span)
                self._add(files, [file for file in found if file not in files], span)
        return files

    def _script(self, line: CommandLine, names: Sequence[str], span: Span) -> str | None:
        """Return the work file that a command line names; None if it names none of them."""
        name = next((name for name in _script_names(line) if name in names), None)
        if self.record.files is not None and line.script is not None and name is None:
            cure = did_you_mean(line.script, names) or "; add it"
            self.problems.add(span, f"`{line.script}` is not in `files`{cure}")
        if name is not None and (line.script or "").startswith(f"{PROGRAMS}/"):
            self.problems.add(span, f"files of `{PROGRAMS}/` are copied without that folder; write `{name}`")
        return name

    def _span(self, key: str) -> Span:
        written: Written[object] | None = self.record.written.get(key)
        return written.span if written else self.record.span

    def _find(self, name: str, span: Span) -> list[SourceFile]:
        try:
            return self.surroundings.find(name)
        except PathError as error:
            self.problems.add(span, str(error))
            return []

    def _program(self, line: CommandLine, span: Span) -> list[SourceFile]:
        """Return what ``line`` runs, for an author who lists no files."""
        if line.script is not None:
            return self._find(line.script, span)
        if line.module is None:
            return []
        try:
            found = self.surroundings.find_module(line.module)
        except PathError as error:
            self.problems.add(span, str(error))
            return []
        if not found:
            path = line.module.replace(".", "/") + ".py"
            self.problems.add(
                span,
                f"there is no `{path}` beside the scenario and no `programs/{path}`; "
                f"if `{line.module}` is not part of the lesson, write `files: []`",
            )
        return found

    def _add(self, files: list[SourceFile], more: Sequence[SourceFile], span: Span) -> None:
        for file in more:
            if twin := next((other for other in files if other.name == file.name), None):
                self.problems.add(
                    span,
                    f"`{file.name}` would be there twice in the work folder: {twin.path} and {file.path}",
                )
            else:
                files.append(file)

    def _env(self) -> dict[str, str]:
        env: dict[str, str] = {}
        for name, value in self.record.env.value if self.record.env else ():
            if not _ENV_NAME.fullmatch(name.value):
                self.problems.add(name.span, f"`{name.value}` is not the name of an environment variable")
            elif _ENV_REFUSED.fullmatch(name.value) and name.value != _ENV_EXCEPTION:
                self.problems.add(
                    name.span,
                    f"`{name.value}` cannot be set, the debugger's own set-up depends on it; "
                    f"of PYTHON* only {_ENV_EXCEPTION} can",
                )
            else:
                env[name.value] = value.value
        return env


def _script_names(line: CommandLine) -> Iterator[str]:
    """Yield the work files that ``line`` may mean, the likeliest first."""
    if line.script is not None:
        clean = re.sub("/+", "/", re.sub(r"^(\./+)+", "", line.script)).rstrip("/")
        yield from (clean, clean.removeprefix(f"{PROGRAMS}/"), f"{clean}/__main__.py")
    elif line.module is not None:
        path = line.module.replace(".", "/")
        yield from (f"{path}.py", f"{path}/__main__.py")
