"""Measuring and removing folders, whatever a program has done to them, without root's rights."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from pdbcoach.shim.removal import remove
from pdbcoach.shim.watch import measure

NOBODY = 65534


@pytest.fixture
def folder(short_folder: Path) -> Path:
    """A folder that belongs to the user of ``unprivileged``."""
    made = short_folder / "folder"
    made.mkdir()
    if os.geteuid() == 0:
        os.chown(short_folder, NOBODY, NOBODY)
        os.chown(made, NOBODY, NOBODY)
    return made


def unprivileged(act: Callable[[], None]) -> None:
    """Run ``act`` in a child that isn't root."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            act()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


def fill(folder: Path) -> None:
    """Create files of all kinds, and folders that can't be read or written."""
    for mode in (0, 0o300, 0o500, 0o600):
        inner = folder / f"{mode:o}" / "inner"
        inner.mkdir(parents=True)
        for place in (inner, inner.parent):
            (place / "file").write_bytes(b"x" * 100_000)
            (place / "dangling").symlink_to("nowhere")
            (place / "leading-out").symlink_to("/etc")
            os.mkfifo(place / "pipe")
            place.chmod(mode)
    folder.chmod(0)


def test_unreadable_folders_are_removed(folder: Path) -> None:
    unprivileged(lambda: fill(folder))
    unprivileged(lambda: remove(str(folder)))
    assert not folder.exists()


def test_unreadable_folders_are_measured_and_left_unchanged(folder: Path) -> None:
    unprivileged(lambda: fill(folder))
    before = {path: path.lstat().st_mode for path in (folder, *folder.rglob("*"))}

    def look() -> None:
        files, used = measure(str(folder))
        assert files == 8 + 8 * 4
        assert used >= 800_000

    unprivileged(look)
    assert {path: path.lstat().st_mode for path in (folder, *folder.rglob("*"))} == before


@pytest.mark.parametrize("depth", [98, 99, 100, 101, 250, 3000])
def test_a_folder_of_any_depth_is_removed(folder: Path, depth: int) -> None:
    def dig() -> None:
        os.chdir(folder)
        for _ in range(depth):
            for name in ("file", "other"):
                os.close(os.open(name, os.O_CREAT))
            for name in ("side", "deeper"):
                os.mkdir(name)
            os.chdir("deeper")

    unprivileged(dig)
    unprivileged(lambda: remove(str(folder)))
    assert not folder.exists()


def test_the_target_of_a_symlink_stays(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    (folder / "link").symlink_to(tmp_path)
    remove(str(folder))
    assert not folder.exists()
    assert (tmp_path / "kept").read_text() == "kept"
    top = folder.with_name("top")
    top.symlink_to(tmp_path)
    remove(str(top))
    assert (tmp_path / "kept").read_text() == "kept"
