from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from scenario.author import HEAD, STEPS, deep_file

from pdbcoach.errors import PdbcoachError, ScenarioError
from pdbcoach.scenario import packs
from pdbcoach.scenario.packs import Found, files, find, load_all, load_pack, scenario_files, shipped


def scenario(name: str, extra: str = "") -> str:
    return HEAD.replace("demo", name) + extra + STEPS


def make_pack(folder: Path, order: str, *names: str, extra: str = "", pack_id: str = "") -> Path:
    (folder / "programs").mkdir(parents=True)
    (folder / "programs" / "tally.py").write_text("x = 1\n")
    pack_id = pack_id or folder.name
    (folder / "pack.yaml").write_text(f"format: 1\nid: {pack_id}\ntitle: Pack\norder: [{order}]\n{extra}")
    for name in names:
        (folder / f"{name}.yaml").write_text(scenario(name))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two packs: ``basics`` requires ``zero``."""
    home = tmp_path / "scenarios"
    make_pack(home / "basics", "walk, arrow", "arrow", "walk", extra="requires: [zero]\n")
    make_pack(home / "zero", "start, walk", "start", "walk")
    (home / "basics" / "arrow.yaml").write_text(
        scenario("arrow", "variants: {quit: {title: Q}, other: {title: O}}\n")
    )
    (home / "basics" / "arrow.zh.yaml").write_text("title: 箭头\n")
    (home / "basics" / "misconceptions.yaml").write_text("M01: x\n")
    (home / "basics" / "programs" / "data.yaml").write_text("a: 1\n")
    (home / "basics" / "data").mkdir()
    (home / "basics" / "data" / "more.yaml").write_text("a: 1\n")
    return home


def stems(found: tuple[Found, ...]) -> list[str]:
    return [
        f"{one.path.parent.name}/{one.path.stem}" + (f"[{one.variant}]" if one.variant else "")
        for one in found
    ]


def test_a_pack_is_read(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "basics", "b, a", "a", "b", extra="license: MIT\nauthors: [Ann, Bob]\n")
    pack = load_pack(folder)
    assert (pack.path, pack.id, pack.title, pack.order) == (folder, "basics", "Pack", ("b", "a"))
    assert (pack.requires, pack.license, pack.authors) == ((), "MIT", ("Ann", "Bob"))
    assert scenario_files(pack) == (folder / "b.yaml", folder / "a.yaml")
    assert load_pack(folder / "pack.yaml") == pack


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("[b, a]", "[b, a, c]", "there is no file `c.yaml` in this pack"),
        ("[b, a]", "[b]", "`a.yaml` is in this pack but not in `order`; add `a`"),
        ("[b, a]", "[b, a, b]", "`b` is listed twice"),
        ("[b, a]", "[b, A]", "`A` is not a kebab-case name"),
        ("[b, a]", "[]", "the list is empty"),
        ("order: [b, a]\n", "", "a pack needs `order`"),
        ("title: Pack\n", "", "a pack needs `title`"),
        ("id: basics", "id: Basics", "`Basics` is not a kebab-case name"),
        ("id: basics\n", "", "a pack needs `id`"),
        ("format: 1\n", "", "a pack needs `format`"),
        ("format: 1", "format: 2", "needs a newer pdbcoach"),
        ("title:", "tilte:", "did you mean `title`?"),
        ("order:", "requires: [basics]\norder:", "cannot require itself"),
        ("order:", "requires: [zero, zero]\norder:", "`zero` is listed twice"),
        ("order:", "requires: [zreo]\norder:", "there is no pack `zreo`; did you mean `zero`?"),
        ("order:", "authors: Ann\norder:", "expected a list, found text"),
    ],
)
def test_a_wrong_pack_is_a_problem(tmp_path: Path, old: str, new: str, cause: str) -> None:
    make_pack(tmp_path / "zero", "a", "a")
    folder = make_pack(tmp_path / "basics", "b, a", "a", "b")
    file = folder / "pack.yaml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load_pack(folder)
    assert any(cause in problem.message for problem in caught.value.problems)
    assert {problem.span.file for problem in caught.value.problems} == {file}


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("c.yml", "name it `c.yaml`"),
        ("c.zh.yaml", "translates `c.yaml`, which does not exist"),
        ("misconceptions.zh.yaml", "translates `misconceptions.yaml`, which does not exist"),
    ],
)
def test_a_file_that_would_be_overlooked_is_a_problem(tmp_path: Path, name: str, cause: str) -> None:
    folder = make_pack(tmp_path / "basics", "a", "a")
    (folder / name).write_text("title: x\n")
    with pytest.raises(ScenarioError, match="basics"):
        load_pack(folder)
    with pytest.raises(ScenarioError) as caught:
        load_pack(folder)
    assert cause in str(caught.value)


def test_an_overlay_translates_the_title(tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "basics", "a", "a", extra="authors: [Ann]\n")
    (folder / "pack.zh.yaml").write_text("title: 基本命令\n")
    assert load_pack(folder, "zh_CN.UTF-8") == replace(load_pack(folder), title="基本命令")
    assert load_pack(folder, "de").title == "Pack"


@pytest.mark.parametrize(
    ("overlay", "cause"),
    [
        ("titel: 基本命令\n", "did you mean `title`?"),
        ("order: [a]\ntitle: 基本命令\n", "unknown key `order` in a translated pack"),
        ("{}\n", "a translated pack needs `title`"),
        ("[]\n", "expected a mapping (a translated pack), found a list"),
    ],
)
def test_a_problem_of_a_packs_overlay_is_reported(tmp_path: Path, overlay: str, cause: str) -> None:
    folder = make_pack(tmp_path / "basics", "a", "a")
    (folder / "pack.zh.yaml").write_text(overlay)
    with pytest.raises(ScenarioError) as caught:
        load_pack(folder, "zh")
    (problem,) = caught.value.problems
    assert cause in problem.message
    assert problem.span.file == folder / "pack.zh.yaml"


def test_a_folder_without_a_pack_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_pack(tmp_path)
    assert f"{tmp_path / 'pack.yaml'}:1:1: no such file" in str(caught.value)


def test_a_pack_comes_after_what_it_requires_and_in_its_order(home: Path) -> None:
    assert stems(find([str(home)])) == ["zero/start", "zero/walk", "basics/walk", "basics/arrow"]
    assert files(home) == tuple(one.path for one in find([str(home)]))


def test_no_targets_mean_all_shipped_scenarios(home: Path) -> None:
    assert find([], home) == find([str(home)])


def test_packs_that_require_each_other_are_found(tmp_path: Path) -> None:
    make_pack(tmp_path / "a", "x", "x", extra="requires: [b]\n")
    make_pack(tmp_path / "b", "x", "x", extra="requires: [a]\n")
    assert sorted(stems(find([str(tmp_path)]))) == ["a/x", "b/x"]


def test_each_pack_is_visited_once(tmp_path: Path) -> None:
    """Each pack requires the two before it, so the number of paths grows exponentially."""
    for number in range(60):
        extra = f"requires: [p{number - 2}, p{number - 1}]\n" if number > 1 else ""
        make_pack(tmp_path / f"p{number}", "x", "x", extra=extra)
    assert stems(find([str(tmp_path)])) == [f"p{number}/x" for number in range(60)]


@pytest.mark.parametrize("file", ["pack.yaml", "misconceptions.yaml", "arrow.yaml"])
def test_a_pack_file_outside_its_pack_is_a_problem(home: Path, file: str) -> None:
    inside = home / "basics" / file
    inside.rename(home.parent / "outside")
    inside.symlink_to(home.parent / "outside")
    (home / "basics" / "walk.yaml").write_text(scenario("walk", "targets: [M01]\n"))
    with pytest.raises(ScenarioError, match="is a symlink that leads out of the pack"):
        load_all([str(home / "basics")])


def test_folders_can_be_nested_deeper_than_python_calls(tmp_path: Path) -> None:
    with deep_file(tmp_path, "a.yaml") as path:
        assert files(tmp_path) == (tmp_path / path,)


def test_loose_scenarios_come_by_name_before_those_in_folders(tmp_path: Path) -> None:
    for name in (
        "b.yaml",
        "a.yaml",
        "a.zh.yaml",
        ".hidden.yaml",
        "deep/c.yaml",
        "programs/d.yaml",
        ".git/e.yaml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x: 1\n")
    assert [path.name for path in files(tmp_path)] == ["a.yaml", "b.yaml", "c.yaml"]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("arrow", ["basics/arrow"]),
        ("arrow[quit]", ["basics/arrow[quit]"]),
        ("start", ["zero/start"]),
        ("zero/walk", ["zero/walk"]),
        ("basics", ["basics/walk", "basics/arrow"]),
    ],
)
def test_an_id_is_looked_up_in_the_shipped_packs(home: Path, target: str, found: list[str]) -> None:
    assert stems(find([target], home)) == found


def test_an_existing_file_or_folder_comes_before_an_id(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "mine.yaml").write_text(scenario("mine"))
    (tmp_path / "one.yaml").write_text(scenario("one"))
    assert stems(find(["start", "one.yaml", "one.yaml[x]"], home)) == ["start/mine", "/one", "/one[x]"]


def test_a_pack_file_means_its_pack(home: Path) -> None:
    assert stems(find([str(home / "zero" / "pack.yaml")])) == ["zero/start", "zero/walk"]


def test_a_scenario_named_twice_is_found_once(home: Path) -> None:
    assert stems(find(["start", "zero", "start"], home)) == ["zero/start", "zero/walk"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("arow", "did you mean `arrow`?"),
        ("arow[quit]", "did you mean `arrow`?"),
        ("basisc", "did you mean `basics`?"),
        ("walk", "write one of basics/walk, zero/walk"),
        ("nothing/like/this.yaml", "there is no file, folder, scenario or pack `nothing/like/this.yaml`"),
        ("x" * 5000, "there is no file"),
        ("a\0b", "there is no file"),
        ("", "there is no file"),
    ],
    ids=lambda value: value[:20].replace("\0", "NUL"),
)
def test_an_unknown_target_is_an_error_with_a_suggestion(home: Path, target: str, message: str) -> None:
    with pytest.raises(PdbcoachError) as caught:
        find([target], home)
    assert message in str(caught.value)


def test_a_folder_without_scenarios_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PdbcoachError, match="there are no scenarios in"):
        find([str(tmp_path)])


def test_each_scenario_is_loaded_once(home: Path) -> None:
    loaded = load_all(["arrow[quit]", "arrow[other]", "arrow[quit]", "start"], packs=home)
    assert [one.id for one in loaded] == ["arrow[quit]", "arrow[other]", "start"]
    assert [one.id for one in load_all(["arrow"], packs=home)] == ["arrow", "arrow[quit]", "arrow[other]"]
    assert load_all(["arrow"], "zh", home)[0].title == "箭头"


@pytest.mark.parametrize(
    ("target", "hint"),
    [("arrow[qiut]", "its variants are quit, other"), ("start[quit]", "it has no variants")],
)
def test_an_unknown_variant_is_an_error(home: Path, target: str, hint: str) -> None:
    with pytest.raises(PdbcoachError) as caught:
        load_all([target], packs=home)
    assert caught.value.hint == hint


def test_the_problems_of_all_files_are_reported_together(home: Path) -> None:
    (home / "zero" / "start.yaml").write_text("format: 1\n")
    (home / "basics" / "walk.yaml").write_text("nonsense\n")
    with pytest.raises(ScenarioError) as caught:
        load_all([str(home)])
    assert {problem.span.file.name for problem in caught.value.problems} == {"start.yaml", "walk.yaml"}


def test_the_shipped_packs_are_in_the_checkout_or_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "__file__", str(tmp_path / "pdbcoach" / "scenario" / "packs.py"))
    assert shipped() == tmp_path / "scenarios"
    (tmp_path / "pdbcoach" / "scenarios").mkdir(parents=True)
    assert shipped() == tmp_path / "pdbcoach" / "scenarios"
