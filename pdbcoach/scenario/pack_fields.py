"""Every key of packs and their translations, declared once: for reading, messages and editors."""

from __future__ import annotations

from typing import ClassVar

from pdbcoach.form.records import Field, Record, translations
from pdbcoach.form.shapes import Int, ListOf
from pdbcoach.scenario.fields import ID, LINE
from pdbcoach.scenario.version import FORMAT


class PackFields(Record):
    """A pack.yaml."""

    name = "a pack"

    format = Field(Int(FORMAT, FORMAT), "The version of the format: 1.", required=True)
    id = Field(ID, "Its id: kebab-case.", required=True)
    title = Field(LINE, "The title.", required=True, translated=LINE)
    order = Field(ListOf(ID, 1), "Ids of its scenarios, in order.", required=True)
    requires = Field(ListOf(ID), "Ids of packs to learn first.")
    license = Field(LINE, "The licence of its texts and programs.")
    authors = Field(ListOf(LINE), "Who wrote it.")


class PackOverlay(Record):
    """The translated prose of a pack.yaml."""

    name = "a translated pack"
    more: ClassVar = translations(PackFields, PackFields.title)
