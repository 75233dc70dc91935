"""``pdbcoach schema``: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import argparse
import json

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "schema",
        help="print the JSON Schema of scenario files",
        description="Prints the JSON Schema of scenario files. A scenario refers to it in its first line: "
        "# yaml-language-server: $schema=../../pdbcoach.schema.json",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.scenario.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return Exit.OK
