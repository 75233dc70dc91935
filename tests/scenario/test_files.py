from __future__ import annotations

import os
from pathlib import Path

import pytest
from scenario.author import HEAD, STEPS, Author, deep_file

from pdbcoach.errors import ScenarioError
from pdbcoach.form.source import pack_root
from pdbcoach.scenario.loader import load


def names(author: Author, top: str = "", run: str = "python -m pdb tally.py") -> list[str]:
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: {run}\n{top}{STEPS}")
    return [file.name for file in scenario.files]


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"# {path}\n")


def test_a_script_beside_the_scenario_is_copied(author: Author) -> None:
    put(author.folder, "programs/tally.py")
    (file,) = author.load().files
    assert (file.name, file.path) == ("tally.py", author.folder / "tally.py")


def test_a_script_in_programs_is_copied_without_that_folder(author: Author) -> None:
    put(author.folder, "programs/prog.py")
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: python prog.py\n{STEPS}")
    assert [(file.name, file.path) for file in scenario.files] == [
        ("prog.py", author.folder / "programs" / "prog.py")
    ]
    assert scenario.script == "prog.py"


def test_a_missing_script_names_both_places(author: Author) -> None:
    (problem,) = author.problems(f"format: 1\nid: demo\nrun: python prog.py\n{STEPS}")
    assert problem.message == "there is no `prog.py` beside the scenario and no `programs/prog.py`"
    assert problem.span.line == 3


def test_a_listed_file_keeps_its_path_below_the_scenario(author: Author) -> None:
    put(author.folder, "programs/shop.py", "programs/lib/a.py", "data/x.txt")
    listed = names(author, "files: [tally.py, programs/shop.py, lib/a.py, data/x.txt]\n")
    assert listed == ["tally.py", "shop.py", "lib/a.py", "data/x.txt"]


def test_a_listed_folder_means_all_its_files(author: Author) -> None:
    put(
        author.folder,
        "data/b.txt",
        "data/deep/a.txt",
        "data/__pycache__/x.pyc",
        "programs/p.py",
        "data/c.pyc",
    )
    assert names(author, "files: [tally.py, data, programs]\n") == [
        "tally.py",
        "data/b.txt",
        "data/deep/a.txt",
        "p.py",
    ]


def test_a_folder_as_script_runs_its_main(author: Author) -> None:
    put(author.folder, "app/__main__.py", "app/helper.py")
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: python app\nmarks: {{m: app}}\n{STEPS}")
    assert scenario.script == "app/__main__.py"
    assert scenario.marks["m"].file == "app/__main__.py"


@pytest.mark.parametrize(
    ("run", "copied", "script"),
    [
        ("python -m pdb -m pkg.mod", ["pkg/__init__.py", "pkg/mod.py"], "pkg/mod.py"),
        (
            "python -m pkg.sub",
            ["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/__main__.py"],
            "pkg/sub/__main__.py",
        ),
        ("python -m plain.mod", ["plain/mod.py"], "plain/mod.py"),
        ("python -m pdb -m tally", ["tally.py"], "tally.py"),
    ],
)
def test_a_module_is_copied_with_its_packages(
    author: Author, run: str, copied: list[str], script: str
) -> None:
    put(author.folder, "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "programs/plain/mod.py")
    put(author.folder, "pkg/sub/__main__.py")
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: {run}\n{STEPS}")
    assert [file.name for file in scenario.files] == copied
    assert scenario.script == script


def test_a_module_from_elsewhere_needs_an_explicit_list(author: Author) -> None:
    head = f"format: 1\nid: demo\nrun: python -m calendar\n{STEPS}"
    (problem,) = author.problems(head)
    assert "write `files: []`" in problem.message
    (scenario,) = author.load_all("files: []\n" + head)
    assert scenario.files == ()


def test_background_and_run_can_be_the_same_program(author: Author) -> None:
    assert names(author, "background: python tally.py\n") == ["tally.py"]
    assert names(author, "background: python stock.py\n") == ["tally.py", "stock.py"]


def test_files_can_be_anywhere_in_their_pack(author: Author) -> None:
    put(author.folder, "pack.yaml", "shared/programs/p.py", "programs/q.py")
    path = author.write(
        f"{HEAD}files: [../programs/q.py, ../programs/tally.py]\n{STEPS}", "lessons/demo.yaml"
    )
    (author.folder / "programs" / "tally.py").write_text("x = 1\n")
    (scenario,) = load(path)
    assert [file.name for file in scenario.files] == ["q.py", "tally.py"]


@pytest.mark.parametrize(
    ("listed", "cause"),
    [
        ("/etc/passwd", "is an absolute path"),
        ("../outside.py", "leads out of the pack"),
        ("a/../../outside.py", "leads out of the pack"),
        ("'..'", "leads out of the pack"),
        ("link.py", "leads out of the pack"),
        ("linked", "leads out of the pack"),
        ("folder", "a symlink to a folder"),
        ("leaky", "leads out of the pack"),
        ("loop.py", "cannot be used"),
        ("dangling.py", "there is no `dangling.py`"),
        ("programs/none.py", "there is no `programs/none.py`"),
        ("none.py", "beside the scenario and no `programs/none.py`"),
        ("a\\b.py", "write `/` between folders"),
        ("''", "the path is empty"),
        ("pipe", "is neither a file nor a folder"),
        ("piped", "is not a regular file"),
        ("empty", "is an empty folder"),
        ("stock.py", "`stock.py` would be there twice"),
        ("programs/stock.py", "`stock.py` would be there twice"),
        ("x" * 300, "cannot be used: File name too long"),
        ("[x]", "expected a path, found a list"),
    ],
)
def test_a_path_that_cannot_be_copied_is_a_problem(author: Author, listed: str, cause: str) -> None:
    inner = author.folder / "pack"
    put(
        author.folder,
        "outside.py",
        "pack/tally.py",
        "pack/stock.py",
        "pack/programs/stock.py",
        "pack/folder/a.py",
    )
    put(author.folder, "outer/x.py", "pack/leaky/b.py", "pack/piped/a.py")
    (inner / "link.py").symlink_to(author.folder / "outside.py")
    (inner / "linked").symlink_to(author.folder / "outer")
    (inner / "folder" / "sub").symlink_to(author.folder / "outer")
    (inner / "leaky" / "a.py").symlink_to(author.folder / "outside.py")
    (inner / "loop.py").symlink_to(inner / "loop.py")
    (inner / "dangling.py").symlink_to(inner / "nothing.py")
    (inner / "empty").mkdir()
    os.mkfifo(inner / "pipe")
    os.mkfifo(inner / "piped" / "pipe")
    (problem,) = Author(inner).problems(f"{HEAD}files: [tally.py, stock.py, {listed}]\n{STEPS}")
    assert cause in problem.message
    assert problem.span.line == 4


@pytest.mark.parametrize(
    ("link", "target", "lang"),
    [
        ("demo.yaml", "demo.yaml", ""),
        ("demo.zh.yaml", "secret.txt", "zh"),
        ("demo.yaml", "/proc/self/environ", ""),
    ],
    ids=["scenario", "translation", "elsewhere"],
)
def test_a_scenario_outside_its_pack_is_a_problem(author: Author, link: str, target: str, lang: str) -> None:
    author.write(HEAD + STEPS)
    author.write("title: secret\n", "secret.txt")
    inner = Author(author.folder / "pack")
    put(inner.folder, "pack.yaml", "tally.py")
    path = inner.write(HEAD + STEPS)
    (inner.folder / link).unlink(missing_ok=True)
    (inner.folder / link).symlink_to(author.folder / target)
    with pytest.raises(ScenarioError) as caught:
        load(path, lang)
    (problem,) = caught.value.problems
    assert str(problem) == (
        f"{inner.folder / link}:1:1: is a symlink that leads out of the pack ({inner.folder}); "
        "copy the file into it"
    )


def test_a_scenario_can_be_a_symlink_within_its_pack(author: Author) -> None:
    author.write(HEAD + STEPS, "shared/one")
    path = author.folder / "demo.yaml"
    path.symlink_to("shared/one")
    assert [scenario.id for scenario in load(path)] == ["demo"]


def test_folders_can_be_nested_deeper_than_python_calls(author: Author) -> None:
    put(author.folder, "data/a")
    with deep_file(author.folder / "data", "x") as path:
        files = author.load("files: [tally.py, data]\n").files
    assert [file.name for file in files] == ["tally.py", "data/a", f"data/{path}"]


def test_copied_files_have_a_largest_size(author: Author) -> None:
    for name in ("one", "two"):
        with (author.folder / name).open("wb") as file:
            file.truncate(40 << 20)  # a sparse file: nothing is written
    assert author.load("files: [tally.py, one]\n").files
    problem = author.problem("files: [tally.py, one, two]\n")
    assert (problem.span.line, problem.message) == (4, "the files have more than 64 MiB; are all needed?")


def test_a_symlink_within_the_pack_is_followed(author: Author) -> None:
    (author.folder / "other.py").symlink_to("tally.py")
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: python other.py\n{STEPS}")
    assert [(file.name, file.path.name) for file in scenario.files] == [("other.py", "tally.py")]


@pytest.mark.parametrize(
    ("run", "cause"),
    [
        ("python -m pdb none.py", "`none.py` is not in `files`; add it"),
        ("python -m pdb taly.py", "did you mean `tally.py`?"),
        ("python -m pdb programs/tally.py", "write `tally.py`"),
    ],
)
def test_the_script_must_be_among_the_listed_files(author: Author, run: str, cause: str) -> None:
    (problem,) = author.problems(f"format: 1\nid: demo\nrun: {run}\nfiles: [tally.py]\n{STEPS}")
    assert cause in problem.message


def test_a_pdbrc_in_files_and_as_a_key_is_a_problem(author: Author) -> None:
    put(author.folder, ".pdbrc")
    assert "keep one of them" in author.problem("files: [tally.py, .pdbrc]\npdbrc: p 1\n").message


def test_the_root_of_a_pack_is_the_nearest_one(tmp_path: Path) -> None:
    put(tmp_path, "pack.yaml", "inner/pack.yaml", "inner/deep/x", "other/x")
    assert pack_root(tmp_path / "inner" / "deep") == tmp_path / "inner"
    assert pack_root(tmp_path / "other") == tmp_path
    assert pack_root(tmp_path) == tmp_path
