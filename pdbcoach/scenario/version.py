"""The version of the format, and the message for a file that needs a newer pdbcoach."""

from __future__ import annotations

import re

import yaml

from pdbcoach.form.source import Problems

FORMAT = 1
"""The version of the format that this pdbcoach knows."""


def check_format(node: yaml.Node, problems: Problems) -> None:
    """Raise at once if a file has a newer format, because its other keys cannot be judged."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value != "format" or not isinstance(value, yaml.ScalarNode):
            continue
        if re.fullmatch("[0-9]+", value.value) and (value.value.lstrip("0") or "0") > str(FORMAT):
            problems.add(
                problems.span(value),
                f"this file needs a newer pdbcoach: its format is {value.value[:9]}, this one knows {FORMAT}",
            )
            problems.raise_if_any()
