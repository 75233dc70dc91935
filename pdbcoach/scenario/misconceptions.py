"""The misconceptions that a pack knows: the ids that ``targets`` may name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from pdbcoach.errors import ScenarioError
from pdbcoach.scenario.shapes import Written, did_you_mean
from pdbcoach.scenario.source import Problems, read_yaml

MISCONCEPTIONS_FILE = "misconceptions.yaml"


def check_targets(targets: Sequence[Written[str]], root: Path, problems: Problems) -> None:
    """Report every target that the misconceptions.yaml of the pack does not have.

    The file lies in the pack, or once for several packs in the folder above. Without one nothing
    can be checked.
    """
    file = next((f for folder in (root, root.parent) if (f := folder / MISCONCEPTIONS_FILE).is_file()), None)
    if file is None or not targets:
        return
    try:
        known = read_ids(file)
    except ScenarioError as error:
        for target in targets:
            problems.add(target.span, f"{file} cannot be read: {error.problems[0].message}")
        return
    for target in targets:
        if target.value not in known:
            problems.add(target.span, f"`{target.value}` is not in {file}{did_you_mean(target.value, known)}")


def read_ids(file: Path) -> frozenset[str]:
    """The ids in a misconceptions.yaml: keys of its mapping, or the `id` of each item of its list.

    Either may be the whole file or stand under the key `misconceptions`. Raises ``ScenarioError``.
    """
    node, _ = read_yaml(file)
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "misconceptions"), node)
    if isinstance(node, yaml.MappingNode):
        return frozenset(str(key.value) for key, _ in node.value)
    ids: set[str] = set()
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        entries = item.value if isinstance(item, yaml.MappingNode) else ()
        ids.update(str(value.value) for key, value in entries if key.value == "id")
    return frozenset(ids)
