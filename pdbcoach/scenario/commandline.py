"""The command line of ``run`` and ``background``, understood as the interpreter would."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

PID = "{pid}"
CONSOLE_SCRIPT = "{bin}/"

_COMMAND = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OTHER_PYTHON = re.compile(r"python(?!3?$)[\d.]*|pypy[\d.]*|i?pdb[\d.]*")
_ALONE = frozenset("bBdhiOPqRsuvVx?")
_WITH_VALUE = frozenset("cmWX")
_SWITCHES_OFF = {"I": "ignores PYTHONPATH", "E": "ignores PYTHONPATH", "S": "skips sitecustomize"}
_SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1"})


class CommandLineError(Exception):
    """Why a command line cannot be run, and what to write instead."""


class CommandLine(Struct, frozen=True):
    """``words`` come after ``python``. At most one of ``script`` and ``module`` names the program.

    The first word of a console script's command line is ``{bin}/`` and its name.
    """

    words: tuple[str, ...]
    script: str | None = None
    module: str | None = None

    @property
    def attaches(self) -> bool:
        """Whether it takes the pid of the background process."""
        return any(PID in word for word in self.words)


def parse(line: str) -> CommandLine:
    """Return the program in ``line``, split as a shell would. Raises ``CommandLineError``."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CommandLineError(f"cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise CommandLineError("the command line is empty; write `python -m pdb prog.py`")
    if _OTHER_PYTHON.fullmatch(words[0]):
        raise CommandLineError(
            f"must start with the word `python`, not `{words[0]}`; the interpreter under test takes its place"
        )
    if not _COMMAND.fullmatch(words[0]):
        raise CommandLineError(
            f"must start with the word `python` or the name of a console script such as `pytest`, "
            f"not `{words[0]}`"
        )
    if shell := [word for word in words if word in _SHELL_WORDS]:
        raise CommandLineError(f"`{shell[0]}` would need a shell, and there is none; run one program")
    if words[0] not in ("python", "python3"):
        return CommandLine((CONSOLE_SCRIPT + words[0], *words[1:]))
    script, module = _python_program(iter(words[1:]))
    return CommandLine(tuple(words[1:]), script, module)


def _python_program(words: Iterator[str]) -> tuple[str | None, str | None]:
    """Return the script and the module that ``python WORDS`` runs, at most one of them."""
    for word in words:
        if word == "--":
            return next(words, None), None
        if word == "-":
            return None, None
        if not word.startswith("-"):
            return word, None
        if word.startswith("--"):
            _skip_long_option(word, words)
        elif (program := _short_options(word, words)) is not None:
            return program
    return None, None


def _skip_long_option(word: str, words: Iterator[str]) -> None:
    if word == "--check-hash-based-pycs":
        next(words, None)
    elif not word.startswith("--help") and word != "--version":
        raise CommandLineError(f"python has no option `{word}`")


def _short_options(word: str, words: Iterator[str]) -> tuple[str | None, str | None] | None:
    """Return the program that the letters of ``word`` name; None if they are only switches."""
    for place, letter in enumerate(word[1:], start=2):
        if letter in _SWITCHES_OFF:
            raise CommandLineError(
                f"`-{letter}` {_SWITCHES_OFF[letter]} and so switches off what pdbcoach watches the "
                f"debugger with; leave it out"
            )
        if letter in _WITH_VALUE:
            return _with_value(letter, word[place:] or next(words, None), words)
        if letter not in _ALONE:
            raise CommandLineError(f"python has no option `-{letter}`")
    return None


def _with_value(letter: str, value: str | None, words: Iterator[str]) -> tuple[str | None, str | None] | None:
    if value is None:
        raise CommandLineError(f"`-{letter}` needs a value after it")
    if letter == "m":
        return _pdb_program(words) if value == "pdb" else (None, value)
    return (None, None) if letter == "c" else None


def _pdb_program(words: Iterator[str]) -> tuple[str | None, str | None]:
    """Return the script and the module that ``python -m pdb WORDS`` debugs, at most one of them."""
    for word in words:
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            return word, None
        if (program := _pdb_option(word, words)) is not None:
            return program
    script = next(words, None)
    if script is None:
        raise CommandLineError("names no program to debug; write `python -m pdb prog.py`")
    return script, None


def _pdb_option(word: str, words: Iterator[str]) -> tuple[str | None, str | None] | None:
    """Return the program that an option of pdb's names; None if it is not the last option."""
    match _option(word):
        case ("-h" | "--help", None):
            return None, None
        case ("-c" | "--command", value):
            if value is None:
                _next("-c", "a command", words)
            return None
        case ("-m", value):
            return None, value or _next("-m", "a module", words)
        case ("-p" | "--pid", value):
            if ((value or "").removeprefix("=") or next(words, "")) != PID:
                raise CommandLineError(f"pdb's `-p` must be followed by `{PID}`, the pid of `background`")
            return None, None
        case _:
            raise CommandLineError(f"pdb has no option `{word}`")


def _next(option: str, what: str, words: Iterator[str]) -> str:
    word = next(words, None)
    if word is None:
        raise CommandLineError(f"pdb's `{option}` needs {what} after it")
    return word


def _option(word: str) -> tuple[str, str | None]:
    """Split an option from a value in the same word: ``-cn``, ``--pid=7``."""
    if not word.startswith("--"):
        return word[:2], word[2:] or None
    name, equals, value = word.partition("=")
    return name, value if equals else None
