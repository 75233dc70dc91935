from __future__ import annotations

import pytest
from msgspec import Struct
from scenario.author import HEAD, Author

from pdbcoach.errors import Problem, ScenarioError
from pdbcoach.form.records import Record
from pdbcoach.scenario.fields import PredictOverlay, ScenarioOverlay, StepOverlay, WrongOverlay
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Predict, Prose, Scenario, Wrong

BASE = (
    HEAD
    + """\
title: Title
intro: Intro
outro: Outro
marks: {call: total = add_ticks(ticks)}
steps:
  - send: b @call
    say: Say
    ask: Ask
    why: Why
    hints: [One, Two]
    predict: {ask: Question, answer: "6"}
    wrong:
      - {when: {line: 3}, say: Miss}
      - {when: {line: 4}, say: Other miss}
  - send: q
    ends: {main: exit 0}
"""
)

FULL = """\
title: 标题
intro: 介绍
outro: 结尾
steps:
  - say: 说
    ask: 到 @call 行
    why: 因为
    hints: [一, 二]
    predict: {ask: 问题}
    wrong: [{say: 错}, {}]
  - {}
"""


def translated(author: Author, overlay: str, base: str = BASE, lang: str = "zh") -> tuple[Scenario, ...]:
    author.write(overlay, "demo.zh.yaml")
    return author.load_all(base, lang)


def problem(author: Author, overlay: str, base: str = BASE) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        translated(author, overlay, base)
    (only,) = caught.value.problems
    return only


def test_an_overlay_replaces_all_prose_and_nothing_else(author: Author) -> None:
    (plain,) = author.load_all(BASE)
    (scenario,) = translated(author, FULL)
    assert (scenario.title, scenario.intro, scenario.outro) == ("标题", "介绍", "结尾")
    prose = scenario.steps[0].prose
    assert (prose.say, prose.ask, prose.why, prose.hints) == ("说", "到 15 行", "因为", ("一", "二"))
    assert prose.predict is not None
    assert (prose.predict.ask, prose.predict.answer) == ("问题", "6")
    assert [wrong.say for wrong in prose.wrong] == ["错", "Other miss"]
    assert scenario.steps[1] == plain.steps[1]
    assert (scenario.steps[0].action, scenario.steps[0].facts) == (
        plain.steps[0].action,
        plain.steps[0].facts,
    )


CHOICES = BASE.replace('answer: "6"', "answer: in the child, choices: [in both, in the child, at line @call]")


def test_choices_are_translated_and_the_answer_with_them(author: Author) -> None:
    overlay = "steps:\n  - predict: {ask: 在哪里？, choices: [两边, 子进程里, 第 @call 行]}\n  - {}\n"
    predict = translated(author, overlay, CHOICES)[0].steps[0].prose.predict
    assert predict is not None
    assert (predict.shown, predict.words(predict.answer)) == (("两边", "子进程里", "第 15 行"), "子进程里")


def test_choices_that_are_not_translated_stay(author: Author) -> None:
    overlay = "steps:\n  - predict: {ask: 在哪里？}\n  - {}\n"
    predict = translated(author, overlay, CHOICES)[0].steps[0].prose.predict
    assert predict is not None
    assert (predict.ask, predict.words("in the child")) == ("在哪里？", "in the child")


def test_a_choice_that_is_a_value_is_not_translated(author: Author) -> None:
    values = CHOICES.replace("in both", '"7"')
    overlay = "steps:\n  - predict: {ask: 在哪里？, choices: [七, 子进程里, 第 @call 行]}\n  - {}\n"
    with pytest.raises(ScenarioError, match="`7` is a value; leave it as it is, not `七`"):
        translated(author, overlay, values)


def test_choices_of_another_number_are_a_problem(author: Author) -> None:
    overlay = "steps:\n  - predict: {ask: 在哪里？, choices: [两边, 子进程里]}\n  - {}\n"
    assert "has 3 `choices`, this has 2" in problem(author, overlay, CHOICES).message


def test_untranslated_prose_stays_as_it_is(author: Author) -> None:
    (scenario,) = translated(author, "title: 标题\n")
    (plain,) = author.load_all(BASE)
    assert (scenario.title, scenario.intro, scenario.steps) == ("标题", "Intro", plain.steps)


@pytest.mark.parametrize("lang", ["zh", "zh_CN", "zh-CN", "zh_CN.UTF-8", "zh_CN@euro"])
def test_a_locale_finds_the_language(author: Author, lang: str) -> None:
    (scenario,) = translated(author, "title: 标题\n", lang=lang)
    assert scenario.title == "标题"


def test_the_closest_language_wins(author: Author) -> None:
    author.write("title: 台灣\n", "demo.zh_TW.yaml")
    assert translated(author, "title: 标题\n", lang="zh_TW.UTF-8")[0].title == "台灣"


@pytest.mark.parametrize("lang", ["", "C", "C.UTF-8", "de", "../zh", "zh/../zh", "."])
def test_a_scenario_without_an_overlay_is_unchanged(author: Author, lang: str) -> None:
    (scenario,) = translated(author, "title: 标题\n", lang=lang)
    assert scenario.title == "Title"


VARIANTS = (
    BASE
    + """\
variants:
  quick:
    title: Quick
  other:
    steps:
      - {send: n, ask: Go}
"""
)


def test_inherited_prose_is_translated_at_the_top_of_the_overlay(author: Author) -> None:
    base, quick, other = translated(
        author, FULL + "variants:\n  quick: {title: 快}\n  other: {steps: [{ask: 走}]}\n", VARIANTS
    )
    assert [scenario.title for scenario in (base, quick, other)] == ["标题", "快", "标题"]
    assert [scenario.steps[0].prose.ask for scenario in (base, quick, other)] == [
        "到 15 行",
        "到 15 行",
        "走",
    ]


def test_the_top_of_the_overlay_does_not_replace_a_variants_own_prose(author: Author) -> None:
    _, quick, other = translated(author, FULL, VARIANTS)
    assert (quick.title, other.steps[0].prose.ask) == ("Quick", "Go")


@pytest.mark.parametrize(
    ("overlay", "cause", "line"),
    [
        ("steps: [{}]\n", "1 steps are translated, demo has 2", 1),
        ("steps:\n  - {}\n  - {}\n  - {}\n", "3 steps are translated, demo has 2", 2),
        ("steps:\n  - hints: [一]\n  - {}\n", "step 1 of the scenario has 2 `hints`, this has 1", 2),
        ("steps:\n  - wrong: [{say: 错}]\n  - {}\n", "step 1 of the scenario has 2 `wrong`, this has 1", 2),
        ("steps:\n  - {}\n  - say: 说\n", "step 2 of the scenario has no `say` to translate", 3),
        ("steps:\n  - {}\n  - hints: [一]\n", "step 2 of the scenario has no `hints` to translate", 3),
        (
            "steps:\n  - {}\n  - predict: {ask: 问}\n",
            "step 2 of the scenario has no `predict` to translate",
            3,
        ),
        ("steps:\n  - send: n\n  - {}\n", "unknown key `send` in a translated step", 2),
        (
            "steps:\n  - predict: {ask: 问, answer: 6}\n  - {}\n",
            "the answer is the choice at the same place",
            2,
        ),
        (
            "steps:\n  - predict: {ask: 问, choices: [一]}\n  - {}\n",
            "step 1 of the scenario has no `choices` to translate",
            2,
        ),
        ("steps:\n  - predict: {choices: [一]}\n  - {}\n", "a translated `predict` needs `ask`", 2),
        ("run: python x.py\n", "unknown key `run` in a translation", 1),
        ("variants: {quick: {title: 快}}\n", "the scenario has no variant `quick`", 1),
        ("- a\n", "expected a mapping (a translation), found a list", 1),
        ("title: [\n", "not valid YAML", 2),
    ],
)
def test_an_overlay_of_another_shape_is_a_problem(
    author: Author, overlay: str, cause: str, line: int
) -> None:
    found = problem(author, overlay)
    assert cause in found.message
    assert (found.span.file.name, found.span.line) == ("demo.zh.yaml", line)


@pytest.mark.parametrize(
    ("own", "translation", "message"),
    [
        ("At {line}", "到了", "step 1, `why`: `{line}` is missing"),
        ("At {line}", "到了 {line} {file}", "step 1, `why`: `{file}` is not in the scenario's text"),
    ],
)
def test_a_translation_has_the_same_placeholders(
    author: Author, own: str, translation: str, message: str
) -> None:
    base = BASE.replace("why: Why", f'why: "{own}"')
    assert problem(author, f'steps:\n  - {{why: "{translation}"}}\n  - {{}}\n', base).message == message


def test_steps_at_the_top_of_an_overlay_must_belong_to_a_scenario(author: Author) -> None:
    base = HEAD + "variants:\n  a:\n    steps:\n      - {send: n, ask: Go}\n"
    assert "only in its `variants`" in problem(author, "steps: [{ask: 走}]\n", base).message


def test_a_misspelt_variant_gets_a_suggestion(author: Author) -> None:
    assert "did you mean `quick`?" in problem(author, "variants: {quik: {title: 快}}\n", VARIANTS).message


def test_a_broken_scenario_is_reported_before_its_overlay(author: Author) -> None:
    author.write("nonsense: 1\n", "demo.zh.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(author.write(HEAD + "steps: []\n"), "zh")
    assert {found.span.file.name for found in caught.value.problems} == {"demo.yaml"}


@pytest.mark.parametrize(
    ("overlay", "model"),
    [(ScenarioOverlay, Scenario), (StepOverlay, Prose), (PredictOverlay, Predict), (WrongOverlay, Wrong)],
    ids=["scenario", "step", "predict", "wrong"],
)
def test_a_translated_key_is_an_attribute_of_what_is_translated(
    overlay: type[Record], model: type[Struct]
) -> None:
    assert overlay.fields().keys() <= set(model.__struct_fields__)
