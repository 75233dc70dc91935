"""Packs, and which scenario files the names on a command line mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.errors import PdbcoachError, Problem, ScenarioError, Span
from pdbcoach.form.shapes import Written, did_you_mean, value_or
from pdbcoach.form.source import PACK_FILE, Problems, read_yaml
from pdbcoach.scenario.claims import CLAIMS_FILE
from pdbcoach.scenario.files import PROGRAMS
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import MISCONCEPTIONS_FILE
from pdbcoach.scenario.model import Pack, Scenario
from pdbcoach.scenario.overlay import find_overlay, translate_pack
from pdbcoach.scenario.pack_fields import PackFields
from pdbcoach.scenario.version import check_format

_NO_SCENARIOS = frozenset({PACK_FILE, MISCONCEPTIONS_FILE, CLAIMS_FILE})


class Found(Struct, frozen=True):
    """A scenario file, and the variant that was asked for; empty for everything in the file."""

    path: Path
    variant: str = ""


def shipped() -> Path:
    """Return the folder of the shipped packs: in the installed package, or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def load_pack(path: Path, lang: str = "") -> Pack:
    """Return the pack of the folder ``path``, or of its pack.yaml. Raises ``ScenarioError``.

    With ``lang`` (such as ``zh`` or ``zh_CN.UTF-8``), the title comes from the overlay of that language if
    there is one.
    """
    file = path if path.name == PACK_FILE and not path.is_dir() else path / PACK_FILE
    node, problems = read_yaml(file)
    check_format(node, problems)
    record = PackFields.read(node, problems)
    if record is not None:
        _check_order(file, record.order, problems)
        _check_requires(file, record, problems)
    problems.raise_if_any()
    assert record is not None
    assert record.id is not None
    assert record.title is not None
    pack = Pack(
        path=file.parent,
        id=record.id.value,
        title=record.title.value,
        order=_texts(record.order),
        requires=_texts(record.requires),
        license=value_or(record.license, ""),
        authors=_texts(record.authors),
    )
    overlay = find_overlay(file, lang)
    return pack if overlay is None else translate_pack(pack, overlay)


def scenario_files(pack: Pack) -> tuple[Path, ...]:
    """Return the scenario files of a pack, in its order."""
    return tuple(pack.path / f"{scenario}.yaml" for scenario in pack.order)


def packs_in(folder: Path, lang: str = "") -> tuple[Pack, ...]:
    """Return the packs in ``folder`` by name, but each after the packs that it requires.

    ``lang`` is as for ``load_pack``. Raises ``ScenarioError`` for a bad pack.
    """
    packs = {inner: load_pack(inner, lang) for inner in _pack_folders(folder)}
    return tuple(packs[inner] for inner in _in_learning_order(list(packs), packs))


def files(folder: Path) -> tuple[Path, ...]:
    """Return the scenario files in ``folder``: of a pack, its own in its order; otherwise all, recursively.

    Files come by name, then folders by name, but each pack after those that it requires. Programs, overlays
    and hidden folders are left out. Raises ``ScenarioError`` for a bad pack.
    """
    found: list[Path] = []
    pending = [(folder, _pack_of(folder))]
    while pending:
        here, pack = pending.pop()
        if pack is not None:
            found += scenario_files(pack)
        else:
            found += _loose_scenarios(here)
            inner = {one: _pack_of(one) for one in _inner_folders(here)}
            packs = {one: pack for one, pack in inner.items() if pack is not None}
            pending += ((one, inner[one]) for one in reversed(_in_learning_order(list(inner), packs)))
    return tuple(found)


def find(targets: Sequence[str], packs: Path | None = None) -> tuple[Found, ...]:
    """Return the scenario files that ``targets`` mean, in order, each once; all shipped ones by default."""
    home = packs if packs is not None else shipped()
    if not targets:
        return tuple(Found(path) for path in files(home))
    return tuple(dict.fromkeys(found for target in targets for found in _find_one(target, home)))


def load_all(targets: Sequence[str], lang: str = "", packs: Path | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios that ``targets`` mean, each once.

    Raises ``PdbcoachError`` as ``find`` does, and ``ScenarioError`` with the problems of all files.
    """
    scenarios: dict[tuple[Path, str], Scenario] = {}
    problems: list[Problem] = []
    for found in find(targets, packs):
        try:
            loaded = load(found.path, lang)
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            continue
        for scenario in select(loaded, found):
            scenarios.setdefault((found.path, scenario.id), scenario)
    if problems:
        raise ScenarioError(problems)
    return tuple(scenarios.values())


def select(scenarios: Sequence[Scenario], found: Found) -> list[Scenario]:
    if not found.variant:
        return list(scenarios)
    chosen = [scenario for scenario in scenarios if scenario.id.endswith(f"[{found.variant}]")]
    if not chosen:
        names = [
            scenario.id.partition("[")[2].removesuffix("]") for scenario in scenarios if "[" in scenario.id
        ]
        known = f"its variants are {', '.join(names)}" if names else "it has no variants"
        raise PdbcoachError(f"{found.path} has no variant `{found.variant}`", known)
    return chosen


def _find_one(target: str, packs: Path) -> list[Found]:
    name, variant = _name_and_variant(target)
    path = Path(name)
    if _exists(name) and not (variant and path.is_dir()):
        return _in_path(path, variant)
    return _by_id(target, name, variant, packs)


def _by_id(target: str, name: str, variant: str, packs: Path) -> list[Found]:
    folders = {pack_id(folder): folder for folder in _pack_folders(packs)}
    if not variant and name in folders:
        return [Found(file) for file in files(folders[name])]
    named = _scenarios_called(name, folders)
    if len(named) == 1:
        return [Found(named[0], variant)]
    if named:
        choices = ", ".join(f"{file.parent.name}/{file.stem}" for file in named)
        raise PdbcoachError(f"`{name}` is in several packs", f"write one of {choices}")
    stems = (path.stem for folder in folders.values() for path in _loose_scenarios(folder))
    guess = did_you_mean(name, [*folders, *stems]).removeprefix("; ")
    raise PdbcoachError(
        f"there is no file, folder, scenario or pack `{target}`", guess or f"ids are looked up in {packs}"
    )


def _name_and_variant(target: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.+)\[([^\[\]]*)\]", target, re.DOTALL)
    return (match[1], match[2]) if match and not _exists(target) else (target, "")


def _scenarios_called(name: str, folders: Mapping[str, Path]) -> list[Path]:
    """Return the scenario files called ``name``, such as ``into-or-over`` or ``basics/into-or-over``."""
    pack, slash, scenario = name.rpartition("/")
    return [
        path
        for id_, folder in folders.items()
        if not slash or pack in (id_, folder.name)
        for path in _loose_scenarios(folder)
        if path.stem == scenario
    ]


def _exists(target: str) -> bool:
    try:
        return target != "" and Path(target).exists()
    except (OSError, ValueError):  # the name is too long, or contains a NUL
        return False


def _in_path(path: Path, variant: str) -> list[Found]:
    if not path.is_dir():
        is_pack = path.name == PACK_FILE
        return [Found(file) for file in files(path.parent)] if is_pack else [Found(path, variant)]
    found = [Found(file) for file in files(path)]
    if not found:
        raise PdbcoachError(
            f"there are no scenarios in {path}", "a scenario is a YAML file named like its id"
        )
    return found


def _loose_scenarios(folder: Path) -> list[Path]:
    """Return the YAML files that are scenarios. A name with another dot in it is an overlay."""
    return sorted(
        path for path in _listing(folder, "*.yaml") if path.name not in _NO_SCENARIOS and "." not in path.stem
    )


def _inner_folders(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in _listing(folder, "*")
        if path.is_dir() and not path.is_symlink() and path.name not in (PROGRAMS, "__pycache__")
    )


def _listing(folder: Path, pattern: str) -> list[Path]:
    return [path for path in folder.glob(pattern) if not path.name.startswith(".")]


def _pack_of(folder: Path) -> Pack | None:
    return load_pack(folder) if (folder / PACK_FILE).is_file() else None


def _in_learning_order(folders: Sequence[Path], packs: Mapping[Path, Pack]) -> list[Path]:
    """Return the folders by name, but each of the ``packs`` after the others that it requires."""
    folder_of = {pack.id: folder for folder, pack in packs.items()}
    ordered: dict[Path, None] = {}
    met: set[Path] = set()
    pending = [(folder, False) for folder in reversed(folders)]
    while pending:
        folder, is_its_turn = pending.pop()
        if is_its_turn:
            ordered[folder] = None
        elif folder not in met:
            met.add(folder)
            requires = packs[folder].requires if folder in packs else ()
            first = [folder_of[pack] for pack in requires if pack in folder_of]
            pending += [(folder, True), *((one, False) for one in reversed(first))]
    return list(ordered)


def pack_id(folder: Path) -> str:
    """Return the id in a pack.yaml, or the folder's name if it cannot be read."""
    file = folder / PACK_FILE
    try:
        known = file.stat()
    except OSError:
        return folder.name
    return _id_in(file, known.st_mtime_ns, known.st_size) or folder.name


@cache
def _id_in(file: Path, changed: int, size: int) -> str | None:
    """Return the id in a pack.yaml. Every pack asks for the ids of those beside it, so each is read once."""
    try:
        node, _ = read_yaml(file)
    except ScenarioError:
        return None
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((str(value.value) for key, value in entries if key.value == "id"), None)


def _check_order(file: Path, order: Written[tuple[Written[str], ...]] | None, problems: Problems) -> None:
    if order is None:
        return
    present = {path.stem for path in _loose_scenarios(file.parent)}
    listed: set[str] = set()
    for scenario in order.value:
        if scenario.value in listed:
            problems.add(scenario.span, f"`{scenario.value}` is listed twice")
        elif scenario.value not in present:
            guess = did_you_mean(scenario.value, present - set(_texts(order)))
            problems.add(scenario.span, f"there is no file `{scenario.value}.yaml` in this pack{guess}")
        listed.add(scenario.value)
    for missing in sorted(present - listed):
        problems.add(order.span, f"`{missing}.yaml` is in this pack but not in `order`; add `{missing}`")
    for path in _listing(file.parent, "*.yml"):
        problems.add(Span(file, 1, 1), f"`{path.name}` would be overlooked; name it `{path.stem}.yaml`")
    for path in _listing(file.parent, "*.*.yaml"):
        original = path.stem.partition(".")[0] + path.suffix
        if not path.with_name(original).exists():
            problems.add(Span(file, 1, 1), f"`{path.name}` translates `{original}`, which does not exist")


def _check_requires(file: Path, record: PackFields, problems: Problems) -> None:
    if record.requires is None:
        return
    homes = {file.parent.resolve().parent, shipped()}
    known = {pack_id(folder) for home in homes for folder in _pack_folders(home)}
    required = _texts(record.requires)
    for index, pack in enumerate(record.requires.value):
        if record.id is not None and pack.value == record.id.value:
            problems.add(pack.span, "a pack cannot require itself")
        elif pack.value in required[:index]:
            problems.add(pack.span, f"`{pack.value}` is listed twice")
        elif pack.value not in known:
            problems.add(pack.span, f"there is no pack `{pack.value}`{did_you_mean(pack.value, known)}")


def _pack_folders(home: Path) -> list[Path]:
    return [folder for folder in _inner_folders(home) if (folder / PACK_FILE).is_file()]


def _texts(written: Written[tuple[Written[str], ...]] | None) -> tuple[str, ...]:
    return tuple(item.value for item in written.value) if written else ()
