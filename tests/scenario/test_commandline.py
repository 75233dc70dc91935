from __future__ import annotations

import pytest

from pdbcoach.scenario.commandline import CommandLineError, parse


@pytest.mark.parametrize(
    ("line", "script", "module"),
    [
        ("python", None, None),
        ("python tally.py", "tally.py", None),
        ("python -i tally.py", "tally.py", None),
        ("python -i", None, None),
        ("python -", None, None),
        ("python -c 'import pdb' x", None, None),
        ("python -cpass x.py", None, None),
        ("python -X dev tally.py 1 -I", "tally.py", None),
        ("python -Xdev -W error -Bu tally.py", "tally.py", None),
        ("python -BW error tally.py", "tally.py", None),
        ("python -- tally.py", "tally.py", None),
        ("python --check-hash-based-pycs never tally.py", "tally.py", None),
        ("python -s -P tally.py", "tally.py", None),
        ("python -m pkg.mod -x", None, "pkg.mod"),
        ("python -mpkg", None, "pkg"),
        ("python -m pdb tally.py", "tally.py", None),
        ("python -im pdb tally.py", "tally.py", None),
        ("python -mpdb tally.py -S", "tally.py", None),
        ("python -m pdb -c continue -c 'b 3' tally.py", "tally.py", None),
        ("python -m pdb -ccontinue tally.py", "tally.py", None),
        ("python -m pdb --command=c --command 'b 3' tally.py", "tally.py", None),
        ("python -m pdb -c c -m pkg.mod a b", None, "pkg.mod"),
        ("python -m pdb -mpkg.mod", None, "pkg.mod"),
        ("python -m pdb -p {pid}", None, None),
        ("python -m pdb -p{pid}", None, None),
        ("python -m pdb --pid={pid}", None, None),
        ("python -m pdb -- tally.py", "tally.py", None),
        ("python -m pdb 'my prog.py' \"a b\"", "my prog.py", None),
    ],
    ids=lambda value: str(value),
)
def test_the_program_is_the_one_the_interpreter_would_run(
    line: str, script: str | None, module: str | None
) -> None:
    parsed = parse(line)
    assert (parsed.script, parsed.module) == (script, module)


def test_the_words_after_python_are_kept() -> None:
    assert parse("python -m pdb 'my prog.py' 1").words == ("-m", "pdb", "my prog.py", "1")


@pytest.mark.parametrize(
    ("line", "attaches"), [("python -m pdb -p {pid}", True), ("python -m pdb x.py pid", False)]
)
def test_only_a_line_with_pid_attaches(line: str, attaches: bool) -> None:
    assert parse(line).attaches is attaches


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("python -m pdb 'x.py", "quotation"),
        ("python3 -m pdb x.py", "`python`, not `python3`"),
        ("pdb x.py", "`python`, not `pdb`"),
        ("X=1 python x.py", "`python`, not `X=1`"),
        ("python -I x.py", "`-I` ignores PYTHONPATH"),
        ("python -IB x.py", "`-I` ignores PYTHONPATH"),
        ("python -BE -m pdb x.py", "`-E` ignores PYTHONPATH"),
        ("python -S x.py", "`-S` skips sitecustomize"),
        ("python -X dev -S x.py", "`-S` skips sitecustomize"),
        ("python -Z x.py", "no option `-Z`"),
        ("python --isolated x.py", "no option `--isolated`"),
        ("python -c", "`-c` needs a value"),
        ("python -m", "`-m` needs a value"),
        ("python -X", "`-X` needs a value"),
        ("python -m pdb", "names no program"),
        ("python -m pdb -c continue", "names no program"),
        ("python -m pdb -c", "needs a command"),
        ("python -m pdb -m", "needs a module"),
        ("python -m pdb --", "names no program"),
        ("python -m pdb -x prog.py", "pdb has no option `-x`"),
        ("python -m pdb -p 1234", "`{pid}`"),
        ("python -m pdb -p", "`{pid}`"),
        ("python x.py | cat", "`|` would need a shell"),
        ("python x.py > out", "`>` would need a shell"),
    ],
)
def test_a_wrong_command_line_is_rejected_with_the_reason(line: str, cause: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse(line)
    assert cause in str(caught.value)


@pytest.mark.parametrize("line", ["python x.py -I", "python -m pdb x.py -S", "python -W ignore -c 'x' -E"])
def test_the_programs_own_options_are_ignored(line: str) -> None:
    assert parse(line).words == tuple(line.replace("'", "").split()[1:])
