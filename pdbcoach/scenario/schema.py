"""The JSON Schema of a scenario file, for editors, from the same fields that the loader reads."""

from __future__ import annotations

from pdbcoach.form.shapes import Schema
from pdbcoach.scenario.fields import FileFields
from pdbcoach.scenario.version import FORMAT


def json_schema() -> Schema:
    """Return JSON Schema, draft 2020-12. It accepts every file that loads; marks and files it ignores."""
    defs: Schema = {}
    FileFields.schema(defs)
    top = defs.pop("scenario")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"pdbcoach scenario, format {FORMAT}",
        "description": "A program, its command line, and the debugger commands that a person types.",
        **top,
        "anyOf": [{"required": ["steps"]}, {"required": ["variants"]}],
        "$defs": dict(sorted(defs.items())),
    }
