from __future__ import annotations

from pathlib import Path

import pytest
from authoring.lessons import write_lesson

from pdbcoach.authoring.lint import lint, lint_pack

GOOD = """\
  - send: b 2
    breakpoints: ["2"]
    quiet: true
  - ask: Go on.
    send: c
    at: {line: 2}
    hints: [one, two]
"""


def found(folder: Path, steps: str, top: str = "") -> list[tuple[int, str]]:
    """Return line and message of each finding."""
    return [(one.span.line, one.message) for one in lint(write_lesson(folder, steps, top=top)).findings]


def test_a_good_scenario_has_no_findings(tmp_path: Path) -> None:
    linted = lint(write_lesson(tmp_path, GOOD, top="marks: {end: print}\nintro: To line @end.\n"))
    assert linted.findings == ()
    assert [scenario.id for scenario in linted.scenarios] == ["lesson"]


def test_all_problems_of_an_unreadable_file_are_findings(tmp_path: Path) -> None:
    steps = "  - send: b @nowhere\n    at: {line: x y}\n"
    linted = lint(write_lesson(tmp_path, steps, top="teaches: [jump]\nfiles: [../secret.py]\n"))
    assert linted.scenarios == ()
    assert {finding.kind for finding in linted.findings} == {"format"}
    text = "\n".join(finding.message for finding in linted.findings)
    for part in ("no mark `nowhere`", "leads out of the pack", "`jump` is taught"):
        assert part in text


@pytest.mark.parametrize(
    ("steps", "line", "message"),
    [
        pytest.param("  - send: n\n", 5, "this step asserts nothing", id="asserts-nothing"),
        pytest.param(
            "  - {send: n, at: {line: 6}, ask: Go.}\n",
            5,
            "needs at least 2 hints; this one has none",
            id="no-hints",
        ),
        pytest.param(
            "  - {send: n, at: {line: 6}, ask: Go., hints: [a]}\n", 5, "this one has only one", id="one-hint"
        ),
        pytest.param(
            "  - {send: n, at: {line: 6}, predict: {ask: Is it?, answer: no}}\n",
            5,
            "nothing confirms that `no` is the right answer",
            id="unconfirmed-answer",
        ),
        pytest.param(
            "  - {send: n, at: {line: 6}, wrong: [{when: {line: 999}, say: a}]}\n",
            5,
            "this `wrong` can't be reached: prog.py has no code in line 999",
            id="no-such-line",
        ),
        pytest.param(
            "  - {send: n, at: {line: 6}, wrong: [{when: {line: 2, function: nosuch}, say: a}]}\n",
            5,
            "prog.py has no code in `nosuch`",
            id="no-such-function",
        ),
        pytest.param(
            "  - {send: n, at: {line: 6}, ask: Go., hints: [Type `n`., b]}\n",
            5,
            "the first hint already gives the line away: `n`",
            id="given-away",
        ),
        pytest.param("  - send: n\n    expect: '...'\n", 6, "matches every output", id="gap"),
        pytest.param(
            "  - send: n\n    expect: [{re: '(?s).*'}]\n", 6, "matches every output", id="regular-expression"
        ),
        pytest.param(
            "  - send: n\n    expect: [{optional: x}, '...']\n", 6, "matches every output", id="optional"
        ),
        pytest.param(
            "  - send: n\n    expect: [{python: '>=3.13', then: '...'}, {python: '<3.13', then: x}]\n",
            6,
            "matches every output",
            id="on-some-pythons",
        ),
        pytest.param(
            "  - send: n\n    expect: |\n      [..]\n      [..]\n",
            6,
            "how many lines come",
            id="any-two-lines",
        ),
        pytest.param("  - send: n\n    expect: [{re: '.*'}]\n", 6, "how many lines come", id="any-line"),
        pytest.param("  - send: n\n    expect: 'x [y:..]'\n", 6, "`[y:..]` captures a text", id="capture"),
        pytest.param(
            "  - {send: n, at: {line: 6}, must_use: [step]}\n", 5, "`must_use` asks for `step`", id="must-use"
        ),
        pytest.param("  - {send: n, at: {line: 6}, forbid: [next]}\n", 5, "`forbid` has `next`", id="forbid"),
    ],
)
def test_a_weak_step_is_found(tmp_path: Path, steps: str, line: int, message: str) -> None:
    ((at, said),) = found(tmp_path, steps)
    assert at == line
    assert message in said


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("  - {send: n, reject: [x]}\n", id="reject"),
        pytest.param("  - {send: n, expect: ''}\n", id="no-output"),
        pytest.param("  - {send: n, expect: [{not: x}]}\n", id="not"),
        pytest.param("  - {send: n, expect: '[addr]'}\n", id="kind"),
        pytest.param("  - send: n\n    expect: |\n      ...\n      x\n", id="gap-and-text"),
        pytest.param("  - {send: n, expect: [{python: '>=3.13', then: x}]}\n", id="nothing-on-some-pythons"),
        pytest.param("  - {send: n, expect: '[a:..]'}\n  - {send: n, expect: '[a]'}\n", id="used-later"),
        pytest.param("  - {send: n, expect: '[a:..] [a]'}\n", id="used-at-once"),
        pytest.param(
            "  - {send: n, expect: '[a:..]'}\n  - {send: n, expect: '[a:..]'}\n", id="captured-again"
        ),
        pytest.param("  - {send: n, at: {line: 6}, ask: Go., quiet: true}\n", id="quiet-needs-no-hints"),
        pytest.param(
            "  - {send: n, at: {line: 6}, predict: {ask: Is it?, answer: no, when: {line: 6}}}\n",
            id="answer-with-its-reason",
        ),
    ],
)
def test_a_step_that_asserts_something_has_no_findings(tmp_path: Path, steps: str) -> None:
    assert found(tmp_path, steps) == []


class TestMarks:
    def test_an_unused_mark_is_found(self, tmp_path: Path) -> None:
        top = "marks:\n  used: m = n\n  unused: return m\n"
        ((line, message),) = found(tmp_path, "  - {send: n, at: used}\n", top)
        assert (line, message) == (6, "the mark `unused` is never used")

    @pytest.mark.parametrize(
        "steps",
        [
            pytest.param("  - {send: b @one, reject: [x]}\n", id="send"),
            pytest.param("  - {send: n, at: one}\n", id="place"),
            pytest.param("  - {send: n, breakpoints: ['@one']}\n", id="breakpoint"),
            pytest.param("  - {send: n, reject: [x], say: To @one.}\n", id="prose"),
            pytest.param("  - {send: n, reject: [x], wrong: [{when: {line: one}, say: x}]}\n", id="wrong"),
        ],
    )
    def test_a_used_mark_is_fine(self, tmp_path: Path, steps: str) -> None:
        assert found(tmp_path, steps, "marks: {one: m = n}\n") == []

    def test_an_unused_mark_of_a_variant_is_found(self, tmp_path: Path) -> None:
        top = "variants:\n  more:\n    marks: {unused: m = n}\n"
        assert found(tmp_path, GOOD, top) == [(6, "the mark `unused` is never used")]

    def test_a_misspelt_mark_in_prose_is_found(self, tmp_path: Path) -> None:
        top = "marks: {return_line: return m}\nintro: See @return_line and @retrun_line, and @property.\n"
        assert found(tmp_path, GOOD, top) == [(5, "there is no mark `retrun_line`")]


class TestTranslations:
    def test_a_translation_with_other_steps_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "lesson.zh.yaml").write_text("title: x\nsteps: [{}, {}, {}]\n")
        (finding,) = lint(write_lesson(tmp_path, GOOD)).findings
        assert (finding.span.file.name, finding.span.line) == ("lesson.zh.yaml", 2)
        assert "3 steps are translated" in finding.message

    def test_a_translation_of_the_same_shape_is_fine(self, tmp_path: Path) -> None:
        (tmp_path / "lesson.zh.yaml").write_text("title: x\nsteps: [{}, {hints: [x, y]}]\n")
        assert lint(write_lesson(tmp_path, GOOD)).findings == ()

    def test_a_translation_without_a_language_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "lesson.z h.yaml").write_text("title: x\n")
        (finding,) = lint(write_lesson(tmp_path, GOOD)).findings
        assert "isn't a language" in finding.message


def test_a_finding_in_a_shared_step_is_reported_once(tmp_path: Path) -> None:
    top = "variants:\n  one: {title: x}\n  two: {title: y}\n"
    assert len(found(tmp_path, "  - send: n\n", top)) == 1


class TestPack:
    PACK = "format: 1\nid: p\ntitle: P\norder: [lesson]\n"
    LIST = "format: 1\nmisconceptions:\n  - {id: M1, title: t, explanation: e, source: s}\n"
    CLAIMS = (
        "format: 1\nclaims:\n  - {id: c, for: [M1], claim: t, "
        "files: {a.py: ''}, run: python a.py, then: [{exit: 0}]}\n"
    )

    @pytest.fixture
    def pack(self, tmp_path: Path) -> Path:
        """A pack with a list of misconceptions in the folder above, all translated."""
        folder = tmp_path / "pack"
        folder.mkdir()
        write_lesson(folder, GOOD)
        (folder / "pack.yaml").write_text(self.PACK)
        (folder / "pack.zh.yaml").write_text("title: 包\n")
        (tmp_path / "misconceptions.yaml").write_text(self.LIST)
        (tmp_path / "claims.yaml").write_text(self.CLAIMS)
        (tmp_path / "misconceptions.zh.yaml").write_text("misconceptions: [{id: M1, title: 错}]\n")
        return folder

    def test_a_good_pack_has_no_findings(self, pack: Path) -> None:
        assert lint_pack(pack) == ()

    def test_a_folder_without_a_pack_has_no_findings(self, tmp_path: Path) -> None:
        assert lint_pack(tmp_path) == ()

    @pytest.mark.parametrize(
        ("name", "text", "kind", "message"),
        [
            pytest.param("pack/pack.zh.yaml", "titel: 包\n", "lint", "did you mean `title`?", id="title"),
            pytest.param("pack/pack.z h.yaml", "title: 包\n", "lint", "isn't a language", id="language"),
            pytest.param("misconceptions.yaml", "M1: x\n", "format", "unknown key `M1`", id="misconceptions"),
            pytest.param(
                "misconceptions.zh.yaml",
                "misconceptions: [{id: M2}]\n",
                "lint",
                "`M2` is not in",
                id="translated-misconceptions",
            ),
        ],
    )
    def test_a_bad_translation_or_list_is_found(
        self, pack: Path, name: str, text: str, kind: str, message: str
    ) -> None:
        (pack.parent / name).write_text(text)
        first = lint_pack(pack)[0]
        assert (first.kind, first.span.file) == (kind, pack.parent / name)
        assert message in first.message


def test_a_raw_recording_lacks_its_prose(tmp_path: Path) -> None:
    steps = "  - {send: n, at: {line: 6}, quiet: true}\n  - {send: n, at: {line: 7}}\n"
    ((_line, message),) = found(tmp_path, steps, top="title: A recording of prog.py\nintro: Hello.\n")
    assert message == (
        "this is a recording without prose: it lacks a title of its own; outro; "
        "`ask`, or `quiet: true`, in step 2"
    )
