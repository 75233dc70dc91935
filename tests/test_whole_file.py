"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdbcoach.whole_file import ChangedError, replace_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text("old\n")
    return path


@pytest.mark.parametrize("text", ["new\n", "", "no newline", "windows\r\nline ends\r\n", "中文\n"])
def test_the_file_has_exactly_the_new_text(file: Path, text: str) -> None:
    replace_file(file, text)
    assert file.read_bytes() == text.encode()
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace_file(file, "new\n")
    assert file.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 12345, 12345)
    replace_file(file, "new\n")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12345)


def test_a_link_still_leads_to_the_file(file: Path) -> None:
    link = file.with_name("link.yaml")
    link.symlink_to(file.name)
    replace_file(link, "new\n")
    assert link.is_symlink()
    assert file.read_text() == "new\n"


def test_a_reader_who_has_the_file_open_keeps_the_old_text(file: Path) -> None:
    with file.open() as reader:
        replace_file(file, "new and longer\n")
        assert reader.read() == "old\n"


@pytest.mark.parametrize("failing", ["pathlib.Path.replace", "shutil.copymode"])
def test_the_old_file_stays_if_writing_fails(
    file: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, full)
    with pytest.raises(OSError, match="No space"):
        replace_file(file, "new\n")
    assert file.read_text() == "old\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_text_that_is_not_utf_8_leaves_nothing(file: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "\ud800")
    assert file.read_text() == "old\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_has_changed_is_not_replaced(file: Path) -> None:
    file.write_text("edited meanwhile\n")
    with pytest.raises(ChangedError, match="changed in the meantime"):
        replace_file(file, "new\n", before="old\n")
    assert file.read_text() == "edited meanwhile\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_has_come_into_being_is_not_replaced(file: Path) -> None:
    with pytest.raises(ChangedError):
        replace_file(file, "new\n", before="")
    replace_file(file.with_name("b.yaml"), "new\n", before="")
    assert file.with_name("b.yaml").read_text() == "new\n"
