"""The first program of a sandbox: starts the program that the sandbox is for, and leads it.

Its arguments are the engine's socket, the session's folder, and the program's words.
"""

import os
import sys


def _start() -> None:
    package = type(sys)("_pdbcoach")
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules["_pdbcoach"] = package
    from _pdbcoach import leader

    channel, folder, *words = sys.argv[1:]
    os.environ.pop("PWD", None)  # bubblewrap sets it
    program = os.fork()
    if program:
        leader.lead_in_sandbox(program, channel, folder)
    leader.follow()
    leader.reset_signals()
    os.execv(words[0], words)


if __name__ == "__main__":
    _start()
