"""Lines that a lesson doesn't type itself: some reach the goal, some only seem to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from front.driving import HERE

from pdbcoach.matching.versions import admits


@dataclass(frozen=True)
class OtherWay:
    """``asked``: a piece of the task of the step; ``lines``: what is typed there."""

    lesson: str
    asked: str
    lines: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.lesson}: {'; '.join(self.lines) or 'Enter'}"


def on(specifier: str, *ways: str) -> tuple[str, ...]:
    """Return ``ways`` if the version is one of these."""
    return ways if admits(specifier, HERE.version) else ()


def at(lesson: str, asked: str, *ways: str) -> list[OtherWay]:
    """Return ways to do one step, their lines separated by ``|``."""
    return [OtherWay(lesson, asked, tuple(way.split("|"))) for way in ways]


RIGHT: Final = [
    *at(
        "arrow-not-yet-run",
        "Run the line at the arrow",
        "s",
        "step",
        "until",
        "b 4|c",
        "tbreak 4|c",
        "until 4",
    ),
    *at("arrow-not-yet-run", "Run all of line", "s|r|n", "b 22|c", "until 22", "u|restart|b 22|c"),
    *at(
        "arrow-not-yet-run",
        "Look for yourself",
        "reports",
        "!reports",
        "pp reports",
        "print(reports)",
        "l|p reports",
    ),
    *at("arrow-not-yet-run", "Leave the debugger", "exit", "quit", ":eof"),
    *at("into-or-over", "Go **into**", "c|s", "restart|c|s", "n|restart|c|s", "b 14|c|s"),
    *at("into-or-over", "Finish this call", "until 11|s", "tbreak 11|c|n", "n|n|n|n|n|r"),
    *at("into-or-over", "Leave the function", "r", "s", "until", "b 16|c"),
    *at("into-or-over", "Delete the breakpoint", "cl 1", "clear tally.py:15", "clear|y", "clear|n|clear 1"),
    *at(
        "break-and-clear-by-line",
        "Set a breakpoint on line 16",
        "b tally.py:16",
        "break 16",
        "b 17|clear 1|b 16",
    ),
    *at("break-and-clear-by-line", "Let the program run to", "tbreak 16|c", "b report|c|n", "r", "n|n|c"),
    *at("break-and-clear-by-line", "List the breakpoints once more", "break", "b", "tbreak"),
    *at("break-and-clear-by-line", "Remove the last", "clear|y", "clear tally.py:16", "b 20|clear 1"),
    *at("break-where-code-runs", "Set a breakpoint on line 2", "tbreak 2", "b loopy.py:2"),
    *at("break-where-code-runs", "Restart the program.", "run", "n|restart", "c|restart"),
    *at(
        "condition-needs-a-comma",
        "stop at line 7 when `i`",
        "b 7,i==5",
        "b 7|condition 1 i == 5",
        "b loopy:7, i == 5",
    ),
    *at("condition-needs-a-comma", "Remove the condition", "clear 1|b 7"),
    *at(
        "condition-needs-a-comma",
        "Give it a new condition",
        "condition 1 total>100",
        "clear 1|b 7, total > 100",
    ),
    *at(
        "until-the-loop-ends", "Leave the loop", "until", "tbreak 10|c", "n|n|n|until 10", "b 10|c", "unt 10"
    ),
    *at("until-the-loop-ends", "further down", "until 9", "tbreak 9|c", "b 9, i == 3|c", "n|n|n|n|n|n|n|n"),
    *at("breakpoint-commands", "Start the list of", "commands"),
    *at("clear-wants-a-number", "Answer no", "no", ""),
    *at("clear-wants-a-number", "Answer yes", "yes", "Y"),
    *at("list-and-enter", "Show the source around", "list", "l .", "l 1,14", "l 2,8|l 9,12"),
    *at("list-and-enter", "Type nothing; just", "l", "l 13,23", "ll|l 13,23"),
    *at("list-and-enter", "lines 1 to 3", "l 1, 3", "list 1,3"),
    *at("list-and-enter", "the whole function", "longlist", "l 4,11", "source add_ticks"),
    *at("list-and-enter", "Press Enter again, and nothing else", "n", "c"),
    *at("args-right-now", "Print the arguments of the function", "args", "p ticks, bonus", "p ticks|p bonus"),
    *at(
        "print-any-expression",
        "with one command",
        *("pp name, total", "p (name, total)", "name, total", "p total, name", "p name|p total"),
        *("p name;; p total", "print(name, total)"),
    ),
    *at(
        "print-any-expression",
        "Let pdb compare",
        "total == sum(ticks)",
        "p sum(ticks) == total",
        "!total == sum(ticks)",
    ),
    *at("print-any-expression", "What type is `total`", "p type(total)", "type(total)", "print(type(total))"),
    *at("print-any-expression", "Pretty-print", "pp [ticks]*9"),
    *at("walk-the-stack", "List the frames", "where", "bt"),
    *at("walk-the-stack", "Go up again", "up", "u 1", "u 2|d"),
    *at("walk-the-stack", "Try it", "down", "d 1", "u|d|d"),
    *at("up-is-not-undo", "Run to where it returns", "d|r", "tbreak 11|c|n", "l|w|r"),
    *at("names-that-are-commands", "Print all of them", "p c|p l|p s|p a|p n|p r", "p c, l, s;; p a, n, r"),
    *at("names-that-are-commands", "Set `n` to 50", "!n=50", "!n = 5|!n = 50", "!n *= 10"),
    *at("change-and-watch", "set `total` to 100", "total = 100", "total += 100", "!total=100"),
    *at("change-and-watch", "Watch `hits`", "display hits"),
    *at(
        "global-or-shadow",
        "Set the real `LIMIT`",
        "global LIMIT; LIMIT=60",
        "globals()['LIMIT'] = 60",
        "LIMIT = 50|global LIMIT; LIMIT = 60",
    ),
    *at("global-or-shadow", 'Print `globals()["LIMIT"]`', "p globals()['LIMIT']", "!globals()['LIMIT']"),
    *at("jump-with-care", "Skip the whole loop", "jump 10", "j 9|j 10"),
    *at("jump-with-care", "Jump back to line 3", "j 4|j 3"),
    *at("alias-toolbox", "Make a command `sz`", "alias sz  p  len(%1)", "alias sz x|alias sz p len(%1)"),
    *at("print-any-expression", "what is `add_ticks`", "p type(add_ticks)", "type(add_ticks)"),
    *at("breakpoint-commands", "print `i`", "print(i)", "pp i"),
    *at("call-it-under-pdb[debug]", "Run another call", "debug  fact( 3 )"),
    *at("fork-stop-in-child[quit-the-child]", "Leave the debugger", "exit", ":eof"),
    *at("run-again-and-leave", "Let the program run", "n|n|n|n|n|n|n|n", "r|r|r|r|r|r", "restart|c"),
    *at("run-again-and-leave", "with `7 8` as its arguments", "restart 7 8", "c|run 7 8", "run 7|run 7 8"),
    *at("start-with-m-pdb", "Run this line", "s|u|n", "until", "until 2"),
    *at("pdb-run-a-string", "Run the first line of the loop", "s|r|n", "s|u|n"),
    *at("breakpoint-builtin", "Finish the function", *on("<3.13", "n", "until"), *on(">=3.13", "n|n")),
    *at("fork-two-prompts", "Run the fork", *on("<3.14", "s"), "until", "tbreak 11|c"),
    *at("fork-two-prompts", "Print `ret` in `main.1`", ":in main|p ret|:in main.1|p ret", "ret"),
    *at("fork-stop-in-child", "Let the child run to its end", "n|c", "n|n"),
    *at("fork-zombie-then-reap", "Run line 18", "s", "until"),
    *at("p-is-a-command", "Run `p.terminate()`, and nothing else", "until", "s|r|n"),
    *at("child-breakpoint-bdbquit[cure]", "Print `n` and `m`", "!n, m", "p n|p m"),
    *at(
        "three-worlds-global",
        "with the argument `fork`",
        "run fork",
        "restart|restart fork",
        "c|restart fork",
    ),
    *at("hunt-str-plus-int", "Make pdb show the type", "p type(os.getppid())", "!type(os.getppid())"),
    *at("break-where-code-runs", "Set a breakpoint on line 2", "n|b 2", "b 3|b 2"),
    *at("break-and-clear-by-line", "Set a breakpoint on line 16", "n|b 16", "b 17|b 16", "p 0 ;; b 16"),
    *at("into-or-over", "Go **into** `add_ticks`", "b add_ticks|c", "tbreak 5 ;; c"),
    *at("tbreak-ignore-disable", "List the breakpoints", "b 14|b"),
    *at("break-in-another-file", "Remove the first", "p 0 ;; clear 1"),
    *at("hunt-unreachable-join", "make `main` wait here", "p p.join()"),
    *at("thread-breakpoint-missed", "Let the program run", "n|n|n|n|n"),
]

WRONG: Final = [
    *at("arrow-not-yet-run", "Run the line at the arrow", "j 4", "w", ""),
    *at("arrow-not-yet-run", "Look for yourself", "p 1", "p reports2", "n|p reports", "print('NameError')"),
    *at("run-to-return", "Print the value being", "p 40", "w", "a"),
    *at("break-and-clear-by-line", "Continue.", "l", "b", "p total"),
    *at("run-again-and-leave", "Let the program run", "restart", "j 1", "run", "p 1"),
    *at("run-again-and-leave", "with `7 8` as its arguments", "c", "restart", "run 8 7", "j 1"),
    *at("run-again-and-leave", "Let it run to its end", "restart", "j 1"),
    *at("condition-needs-a-comma", "Continue.", "restart", "clear 1|c"),
    *at("break-where-code-runs", "Set a breakpoint on line 2", "b 5", "b 3", "p 2"),
    *at("break-where-code-runs", "See for yourself", "restart", "j 1"),
    *at("breakpoint-commands", "don't print where", "end|silent", "silence"),
    *at("breakpoint-commands", "The third command: continue", "end", "n"),
    *at("list-and-enter", "Type nothing; just", "ll|", "p 1|"),
    *at("list-and-enter", "lines 1 to 3", "l 1", "l 1,4", "l 2|"),
    *at("list-and-enter", "the whole function", "l", "l 1,14", "l 4,10"),
    *at("print-any-expression", "Pretty-print", "p [ticks] * 9", "pp ticks"),
    *at("print-any-expression", "Print the length of", "p 8", "p 6 + 2"),
    *at("print-any-expression", "Let pdb compare", "p True"),
    *at("names-that-are-commands", "a bare `a`", "p a, n", "p a"),
    *at("change-and-watch", "Make pdb show `total`", "p total", "display", "display hits"),
    *at("change-and-watch", "Stop showing it", "undisplay hits", "p total"),
    *at("global-or-shadow", 'Print `globals()["LIMIT"]`', "p LIMIT", "p 60", "LIMIT = 1|p LIMIT"),
    *at("comprehension-and-interact", "Assign 99 to `skip`, in the shell", "!skip = 99", ":eof|skip = 99"),
    *at("walk-the-stack", "Print `n` here", "u|p n|d", "u|p n", "p fact"),
    *at("alias-toolbox", "Make a command `sz`", "alias sz", "alias sz p len(ticks)", "alias zs p len(%1)"),
    *at("alias-toolbox", "Use your command", "p len(ticks)", "p 3"),
    *at("jump-with-care", "Try it. Jump to line 7", "j 8", "j 6", "until 7"),
    *at("call-it-under-pdb[debug]", "Run another call", "debug fact", "fact(3)"),
    *at("fork-copies-globals", "let `main` run its line 19", "c"),
    *at("fork-two-prompts", "Print `ret` in `main.1`", ":in main|p ret"),
    *at("three-worlds-global", "with the argument `fork`", "restart", "restart spawn", "c"),
    *at("p-is-a-command", "Print the child's exit code", "p p.is_alive()", "p p"),
    *at("hunt-unreachable-join", "make `main` wait here", "n"),
]
