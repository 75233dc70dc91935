"""The formats in which `replay` and `check` write what they did, besides what the screen shows.

A new format is one row of ``FORMATS`` and one module of this package with the format's name, which has
a function ``write`` as ``Writer`` declares it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Protocol, TextIO, TypeAlias, cast

from msgspec import Struct

if TYPE_CHECKING:
    from pdbcoach.authoring.finding import Checked
    from pdbcoach.report.replayed import Replayed

AnyRun: TypeAlias = "Replayed | Checked"
"""What a verb did: `replay` or `check`."""


class Writer(Protocol):
    """The module of a format."""

    def write(self, run: AnyRun, destination: str, stream: TextIO) -> None:
        """Write the run to ``destination``, a file as ``report.files.write`` takes it.

        A format without files has an empty ``destination`` and writes to ``stream``, where the screen
        is. Raises PdbcoachError, BrokenPipeError.
        """
        ...


class Format(Struct, frozen=True):
    """One format: its option, such as ``--json``, and its module have the same name."""

    name: str
    help: str
    content: str = ""
    """What its file contains, in messages; empty for a format without files."""
    metavar: str = ""
    """Of the option's file; empty: the option is a flag."""

    @property
    def option(self) -> str:
        return f"--{self.name}"

    def load(self) -> Writer:
        """Import the module. It is not imported before something is written."""
        return cast(Writer, importlib.import_module(f"pdbcoach.report.{self.name}"))


FORMATS: Final = (
    Format(
        "json",
        "also write the results as JSON; '-': to standard output, and everything else to stderr",
        "JSON",
        "FILE|-",
    ),
    Format("junit", "also write the results as JUnit XML", "JUnit XML", "FILE|-"),
    Format("github", "also write annotations for GitHub Actions, and the step's summary"),
)
