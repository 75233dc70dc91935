"""The lessons there are: all that are shipped, or those of some files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from pdbcoach.coach.course import Course, Entry, entries_of
from pdbcoach.form.source import PACK_FILE, pack_root
from pdbcoach.scenario import packs


def shipped_course(lang: str = "") -> Course:
    """Return all shipped lessons, in the order in which they are learned. ``lang``: that of the titles."""
    return Course(tuple(chain.from_iterable(map(entries_of, packs.packs_in(packs.shipped(), lang)))))


def course_of(files: Iterable[Path], lang: str = "") -> Course:
    """Return these files, each in its place in its pack. ``lang``: the language of the titles."""
    by_pack: dict[Path, dict[str, Entry]] = {}
    entries = []
    for file in files:
        root = pack_root(file.parent.resolve())
        if root not in by_pack:
            is_pack = (root / PACK_FILE).is_file()
            by_pack[root] = (
                {one.id: one for one in entries_of(packs.load_pack(root, lang))} if is_pack else {}
            )
        entries.append(by_pack[root].get(file.stem) or Entry(file, None, 1, 1))
    return Course(tuple(entries))
