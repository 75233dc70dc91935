"""The command line: one module per verb, and the only place where errors become exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

import pdbcoach
from pdbcoach.errors import Exit, PdbcoachError, ScenarioError, Terminated

_BROKEN_PIPE = 141
"""128 + SIGPIPE, as shells report a program whose reader has gone."""

_VERBS = (
    *("practice", "review", "progress", "list", "show", "replay", "new"),
    *("record", "check", "update", "doctor", "schema"),
)
"""Each verb is a module of this package."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code. Never raises.

    ``argv`` is the command line after the program's name, by default that of this process.
    """
    try:
        _open_missing_streams()
        _never_fail_to_encode()
        code = _run(argv)
        sys.stdout.flush()
        return code
    except PdbcoachError as error:
        return _could_not_run(error)
    except Terminated as ended:
        return ended.exit_code
    except KeyboardInterrupt:
        _tell("pdbcoach: interrupted")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return _BROKEN_PIPE
    except Exception as error:
        if os.environ.get("PDBCOACH_DEBUG") == "1":
            import traceback

            traceback.print_exc()
        else:
            from pdbcoach.cli import crash

            _tell(crash.report(error, sys.argv[1:] if argv is None else argv))
        return Exit.COULD_NOT_RUN


def _run(argv: Sequence[str] | None) -> int:
    words = (
        sys.argv[1:] if argv is None else [*argv]
    )  # `list` becomes the verb's module once that is imported
    parser = argparse.ArgumentParser(
        prog="pdbcoach", description="Learn Python's debugger with the real debugger."
    )
    parser.add_argument("--version", action="version", version=f"pdbcoach {pdbcoach.__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in _needed(words):
        importlib.import_module(f"{__name__}.{verb}").add_to(verbs)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as done:  # --help, --version, or a usage error that argparse has printed
        return done.code if isinstance(done.code, int) else Exit.COULD_NOT_RUN
    if not hasattr(arguments, "run"):
        parser.print_help(sys.stderr)
        return Exit.COULD_NOT_RUN
    code: int = arguments.run(arguments)
    return code


def _needed(words: Sequence[str]) -> Sequence[str]:
    """Return the verbs to import: all of them only for the list of verbs, or for an error message with it."""
    first = words[0] if words else ""
    return words[:1] if first in _VERBS else () if first == "--version" else _VERBS


def _could_not_run(error: PdbcoachError) -> int:
    if isinstance(error, ScenarioError):
        # Each problem is a line that starts with file:line:col, so that editors can jump there.
        _tell(str(error))
        files = len({problem.span.file for problem in error.problems})
        number = len(error.problems)
        where = "" if files < 2 else f" in {files} files"
        _tell(f"pdbcoach: error: {number} problem{'' if number == 1 else 's'}{where}, nothing was run")
    else:
        _tell(f"pdbcoach: error: {error}")
    return Exit.COULD_NOT_RUN


def _tell(message: str) -> None:
    from pdbcoach.report.escape import visible
    from pdbcoach.report.workflow import not_obeyed

    try:
        print(not_obeyed(visible(message), os.environ), file=sys.stderr, flush=True)
    except OSError:  # a closed terminal or a full disk: the exit code remains
        _abandon_output()


def _open_missing_streams() -> None:
    """Open closed standard streams on /dev/null, so that no other file gets their descriptors."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _never_fail_to_encode() -> None:
    """Escape what can't be encoded: a C locale or an odd file name must not cause a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _abandon_output() -> None:
    """Send what is still buffered to /dev/null when the interpreter exits, because nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
