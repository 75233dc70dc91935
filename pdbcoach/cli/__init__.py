"""The command line: one module per verb, and the one place where errors become exit codes."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

import pdbcoach
from pdbcoach.errors import Exit, PdbcoachError, ScenarioError, Terminated

_BROKEN_PIPE = 141
"""128 + SIGPIPE: how shells report a program whose reader went away."""

_VERBS = (
    *("practice", "review", "progress", "list", "show", "replay", "new"),
    *("record", "check", "update", "doctor", "schema"),
)
"""Each is a module of this package."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb and returns its exit code. Never raises, except under PDBCOACH_DEBUG=1.

    ``argv`` are the words after the program's name; default: those of this process.
    """
    try:
        _have_streams()
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
    words = sys.argv[1:] if argv is None else [*argv]  # `list` is a verb here, once it is imported
    parser = argparse.ArgumentParser(
        prog="pdbcoach", description="Teaches Python's debugger with the real debugger."
    )
    parser.add_argument("--version", action="version", version=f"pdbcoach {pdbcoach.__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    # The others are wanted only by whoever asks what there is, or asks for what is not there.
    for verb in words[:1] if words[:1] and words[0] in _VERBS else _VERBS:
        importlib.import_module(f"{__name__}.{verb}").add_to(verbs)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as done:  # --help, --version, or a usage error that argparse has told
        return done.code if isinstance(done.code, int) else Exit.COULD_NOT_RUN
    if not hasattr(arguments, "run"):
        parser.print_help(sys.stderr)
        return Exit.COULD_NOT_RUN
    code: int = arguments.run(arguments)
    return code


def _could_not_run(error: PdbcoachError) -> int:
    if isinstance(error, ScenarioError):
        # Each problem starts its line with file:line:col, so that editors can jump there.
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
    except OSError:  # nobody reads it, the terminal is closed, the disk is full: the exit code tells
        _abandon_output()


def _have_streams() -> None:
    """What whoever started us has closed leads nowhere, and is not the next file that we open."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: SIM115 - until the end


def _never_fail_to_encode() -> None:
    """A C locale, or a lone surrogate in a file's name, must not end a report with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _abandon_output() -> None:
    """Nobody reads any more: let what is still buffered go nowhere when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
