"""What newcomers do in the shipped lessons, and what the coach must say to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from front.driving import HERE

from pdbcoach.matching.versions import admits

MISS, NOT_YET, LOOK = "miss", "not-yet", "look"
UNDO = "`:undo` takes back your last line."

Row = tuple[str, ...]
"""What is typed, lines separated by ``|``, the last one being the mistake; the verdict; what the answer
contains. Nothing: the coach says nothing. ``NOT ...``: what it must not contain."""


@dataclass(frozen=True)
class Mistake:
    """``asked``: a piece of the task of the step; ``before``: lines typed in it before the mistake."""

    lesson: str
    asked: str
    before: tuple[str, ...]
    line: str
    verdict: str
    says: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.lesson}: {'; '.join((*self.before, self.line)) or 'Enter'}"


def on(specifier: str, *row: str) -> Row:
    """Return the row if the version is one of these, else an empty one."""
    return row if admits(specifier, HERE.version) else ()


def at(lesson: str, asked: str, *rows: Row) -> list[Mistake]:
    """Return mistakes at one step."""
    found = []
    for typed, verdict, *says in filter(None, rows):
        *before, line = typed.split("|")
        found.append(Mistake(lesson, asked, tuple(before), line, verdict, tuple(says)))
    return found


MOVES: Final = [
    *at(
        "arrow-not-yet-run",
        "Run the line at the arrow",
        ("c", MISS, "it ran to its end and pdb restarted it", UNDO),
        ("r", MISS, "You're at line 24", "You're past line 4", UNDO),
        ("q", MISS, "You left the debugger: `main` has ended (exit 0).", UNDO),
        ("exit()", MISS, "is Python", "To leave pdb, type `q`", "has ended"),
        ("run", MISS, "`run` restarts the program", "go on from here, use `c`"),
        ("j 4", NOT_YET, "you jumped: none of the lines in between ran"),
        ("tbreak 20|c", MISS, "You're past line 4"),
        ("b 20", NOT_YET),
        ("l", LOOK),
        ("u", LOOK),
        ("u|n", MISS, "You were looking at `<module>`, so `n` continued there", "about to end"),
        ("foo", LOOK),
        ("N", LOOK, "pdb commands are lowercase: `n`."),
        ("nxt", LOOK, "pdb has no command `nxt`. Did you mean `next`?"),
        ("(Pdb) n", NOT_YET, "The prompt is already there", "`n`"),
        ("go", LOOK, "pdb doesn't call it `go`; it's `c` here."),
        ("hint", LOOK, "Words for the coach start with a colon: `:hint`."),
        ("ls -l", LOOK, "This is pdb's prompt, not the shell's"),
        on(">=3.13", "step over", NOT_YET, "it's `n` here"),
        on(">=3.13", "if True:", NOT_YET, "pdb is waiting for more"),
    ),
    *at(
        "arrow-not-yet-run",
        "Run all of line",
        ("s", NOT_YET, "that's what `s` does"),
        ("s|n", NOT_YET, "You're at line"),
        ("s|r", NOT_YET, "You're at line"),
        ("s|c", MISS, "`c` stops only at breakpoints", UNDO),
    ),
    *at(
        "into-or-over",
        "Go **into** `add_ticks`",
        ("n", NOT_YET, "`n` ran the whole call", UNDO),
        ("n|n", NOT_YET, "You're at line"),
        ("r", NOT_YET, "so the call of `add_ticks` is over", UNDO),
        ("u|n", NOT_YET, "You were looking at `<module>`, so `n` continued there", UNDO),
        ("restart", MISS, "restarted from its first line. Your breakpoints are still set.", UNDO),
        ("restart|c", NOT_YET, "You're at line 15, in `report`. The goal is line 4, in `add_ticks`"),
        ("finish", LOOK, "The nearest is `r`"),
    ),
    *at(
        "into-or-over",
        "Finish this call",
        ("n", NOT_YET, "Run the rest of the function"),
        ("c", NOT_YET, "past the end of this call"),
        on(">=3.13", "r 11", NOT_YET, "`r` takes nothing after it"),
    ),
    *at(
        "run-to-return",
        "^Run to where this call returns",
        ("n", NOT_YET, "isn't returning yet"),
        ("c", MISS, "pdb restarted it", UNDO),
    ),
    *at(
        "until-the-loop-ends",
        "Leave the loop",
        ("n", NOT_YET, "back to the loop's first line"),
        ("n|n", NOT_YET, "You're at line"),
        ("r", MISS, "before it returns", UNDO),
        ("until i == 6", NOT_YET, "takes a line number", "`b LINE, i == 6`, then `c`"),
        ("until line 10", NOT_YET, "Just the number: `until 10`."),
        ("u|until 14", MISS, "The call of `scan` is over", UNDO),
    ),
    *at(
        "until-the-loop-ends", "Run the last line of the loop", ("until 10", MISS, "That left the loop", UNDO)
    ),
    *at(
        "break-and-clear-by-line",
        "Let the program run to the breakpoint",
        ("n", NOT_YET, "That was one line"),
        ("n|n", NOT_YET, "You're at line"),
        ("b report|c", NOT_YET, "You're at line 15, in `report`. The goal is line 16"),
        ("clear 1|c", MISS, "it has restarted", UNDO),
    ),
    *at(
        "list-and-enter",
        "Now move",
        ("tbreak 8|c", NOT_YET, "one whole round of the loop later"),
    ),
    *at(
        "until-the-loop-ends",
        "Run the last line of the loop",
        ("until 9", NOT_YET, "The arrow hasn't moved"),
        ("b 9|c", NOT_YET, "one whole round of the loop later"),
    ),
    *at(
        "child-breakpoint-bdbquit",
        "to its end",
        on("<3.14", "q", NOT_YET, "If you quit, its exit code is 1"),
        on(">=3.14", "q|y", NOT_YET, "If you quit, its exit code is 1"),
    ),
    *at("child-breakpoint-never-hits", "to its end", ("q", NOT_YET, "without leaving the debugger")),
    *at("call-it-under-pdb", "Let it continue", ("q", NOT_YET, "without leaving the debugger")),
    *at("fork-stop-in-child", "to its end", ("q", NOT_YET, "without leaving the debugger")),
    *at(
        "fork-stop-in-child[quit-the-child]",
        "Leave the debugger",
        ("c", NOT_YET, "about leaving the debugger"),
    ),
    *at("run-again-and-leave[ctrl-d]", "End the input", ("q", NOT_YET, "about Ctrl-D (`:eof`)")),
    *at("three-worlds-global", "Let the child run to its end", ("q", NOT_YET, "`main` waits forever")),
    *at(
        "comprehension-and-interact",
        "Leave the shell",
        on("<3.13", "exit()", MISS, "The program is gone, too", "NOT `exit` is pdb's"),
    ),
    *at(
        "arrow-not-yet-run",
        "Run the line at the arrow",
        ("!quit()", MISS, "is Python", "To leave pdb, type `q`"),
    ),
    *at("condition-needs-a-comma", "Continue.", ("restart", NOT_YET, "instead of letting it finish")),
    *at(
        "start-with-m-pdb",
        "Run this line",
        ("s", NOT_YET, "`n` goes over it"),
        ("s|n", NOT_YET, "You're at line"),
        ("c", MISS, UNDO),
    ),
    *at(
        "pdb-run-a-string",
        "Go into `worker`",
        ("n", NOT_YET, "`worker` has run", UNDO),
        ("c", MISS, "the session is over", UNDO),
    ),
    *at(
        "pdb-run-a-string",
        "Run the first line of the loop",
        ("s", NOT_YET, "Come back with `r`, then `n`"),
        ("s|r", NOT_YET, "You're at line"),
    ),
    *at(
        "breakpoint-builtin",
        "Run one line.",
        ("c", MISS, "The program ran to its end", UNDO),
        ("r", NOT_YET, "more than one line"),
        on("<3.14", "q", MISS, "You left the debugger", "has ended (exit 1)", "NOT ran to its end"),
        on(">=3.14", "q", NOT_YET, "a yes/no question"),
    ),
    *at(
        "jump-with-care",
        "Skip the whole loop",
        ("until 10", NOT_YET, "You ran the loop"),
        ("j line 10", NOT_YET, "Just the number: `j 10`."),
        ("j 9", NOT_YET, "still at the loop"),
    ),
    *at("jump-with-care", "Try it. Jump to line 7", ("j 8", NOT_YET, "try line 7")),
    *at("fork-two-prompts", "Run the fork", ("c", MISS, "are past the line after the fork", UNDO)),
    *at("generator-yield", "the smallest step there is", ("n", NOT_YET, "where it returns")),
    *at("interrupt-a-runaway", "Let the program run", ("n", NOT_YET, "Let it run", f"NOT {UNDO}")),
    *at("post-mortem-first", "Which calls were active", ("n", MISS, "no crash to look at", UNDO)),
    *at(
        "three-worlds-global",
        "with the argument `fork`",
        ("restart", NOT_YET, "Check the arguments"),
        ("n", NOT_YET, "the program's first line, after a restart"),
    ),
    *at(
        "run-again-and-leave",
        "with `7 8` as its arguments",
        ("restart", NOT_YET, "Check the arguments"),
        ("run 7", NOT_YET, "Check the arguments"),
        ("c", NOT_YET, "If pdb didn't announce any arguments"),
    ),
]

BREAKPOINTS: Final = [
    *at(
        "break-and-clear-by-line",
        "Set a breakpoint on line 16",
        ("b 17", NOT_YET, "not the one this step asks for"),
        ("tbreak 16", NOT_YET, "on line 16, not a temporary one"),
        ("b 13", NOT_YET, "There's no breakpoint yet"),
        ("b16", LOOK, "Put a space between the command and the number: `b 16`."),
        ("b line 16", NOT_YET, "Just the number: `b 16`."),
        ("b tally.py 16", NOT_YET, "Put a colon between", "`b tally.py:16`"),
        ("b 16 if name", NOT_YET, "`if` is how gdb spells it", "`b 16, name`", "Type `:why` to learn more"),
        ("info breakpoints", NOT_YET, "it's `b` here"),
        ("b", LOOK),
        ("n", NOT_YET, "without running anything"),
    ),
    *at(
        "break-and-clear-by-line",
        "Remove it, and keep the other",
        ("clear 7", NOT_YET, "not a line", "has number 2: `clear 2`", "NOT Both are still there"),
        ("clear line 7", NOT_YET, "has number 2: `clear 2`"),
        ("delete 2", NOT_YET, "it's `clear NUMBER` here"),
        ("clear 1", NOT_YET, "removed the wrong one"),
        ("disable 2", NOT_YET, "Both are still there"),
        ("clear", NOT_YET, "a yes/no question"),
        ("clear|y", NOT_YET, "Both are gone"),
    ),
    *at(
        "break-and-clear-by-line",
        "Remove the last breakpoint",
        ("c", MISS, "with the breakpoint still set", UNDO),
        ("clear all", NOT_YET, "on line 16 is still there"),
    ),
    *at(
        "condition-needs-a-comma",
        "stop at line 7 when `i` is 5",
        ("b 7", NOT_YET, "has no condition"),
        ("b 7 i == 5", NOT_YET, "Put a comma between the line and the condition: `b 7, i == 5`"),
        ("b i == 5", NOT_YET, "needs a line to go with it"),
        ("b 6, i == 5", NOT_YET, "Breakpoints still missing: 7 (if i == 5)"),
        ("b 7, i = 5", NOT_YET, "A single `=` assigns"),
        ("b 7, 'i == 5'", NOT_YET, "always true. Leave out the quotes: `b 7, i == 5`"),
    ),
    *at(
        "condition-needs-a-comma",
        "Give it a new condition",
        ("condition 1, total > 100", NOT_YET, "with nothing else between them: `condition 1 total > 100`"),
        ("condition 1 if total > 100", NOT_YET, "`condition 1 total > 100`"),
        ("b 7, total > 100", NOT_YET, "Your first breakpoint"),
    ),
    *at(
        "break-where-code-runs",
        "Set a breakpoint on the function `scan`",
        ("b scan()", NOT_YET, "without parentheses: `b scan`"),
        ("b loopy.py 3", NOT_YET, "`b loopy.py:3`"),
    ),
    *at(
        "break-where-code-runs",
        "Set a breakpoint on line 2",
        ("b 5", NOT_YET, "try it on line 2"),
    ),
    *at(
        "break-in-another-file",
        "Set it, by file and line",
        ("b stock.py 13", NOT_YET, "`b stock.py:13`"),
        ("tbreak stock:13", NOT_YET, "one breakpoint, not a temporary one"),
        ("b 13", NOT_YET, "There's no breakpoint yet"),
    ),
    *at(
        "tbreak-ignore-disable",
        "Set a breakpoint on line 3 that stops once",
        ("b 3", NOT_YET, "would stay"),
        ("tb 3", NOT_YET, "it's `tbreak LINE` here"),
    ),
    *at(
        "tbreak-ignore-disable",
        "skip its next three hits",
        ("ignore 2 2", NOT_YET, "That skips two hits"),
        ("ignore 2", NOT_YET, "then how many hits"),
        ("disable 2", NOT_YET, "turned it off completely"),
    ),
    *at(
        "breakpoint-commands",
        "don't print where the program is",
        ("p i", NOT_YET, "Not that yet"),
        ("end", NOT_YET, "start it again"),
    ),
    *at("breakpoint-commands", "Start the list of", ("command 1", NOT_YET, "Did you mean `commands`?")),
    *at("breakpoint-commands", "The third command: continue", ("end", NOT_YET, "Without `c` at the end")),
    *at("clear-wants-a-number", "Answer no", ("y", NOT_YET, "That was a yes")),
    *at("subclass-run-or-start", "clear its breakpoint", ("clear", NOT_YET, "a yes/no question")),
]

LOOKS: Final = [
    *at(
        "arrow-not-yet-run",
        "Look for yourself. Print `reports`",
        ("n", NOT_YET, "You wanted to look", UNDO),
        ("n|p reports", LOOK, "This step needs line 20", UNDO),
        ("p repots", LOOK, "Did you mean `reports`?"),
        ("p 'reports'", LOOK),
        ("print reports", NOT_YET, "`print` needs parentheses. Shorter: `p reports`."),
        ("p", LOOK, "`p NAME`"),
        ("h p", LOOK),
        ("l|w|ll", LOOK),
    ),
    *at(
        "args-right-now",
        "Print the arguments of the function",
        ("p total", LOOK, "One short command prints all parameters"),
        ("p total|l", LOOK),
        ("h a", LOOK),
        ("info args", NOT_YET, "it's `a` here"),
    ),
    *at(
        "print-any-expression",
        "with one command",
        ("p name", LOOK, "you've seen 1 of 2"),
        ("p name + total", LOOK, "with a comma between them"),
        ("p name; p total", LOOK, "two semicolons: `p name;; p total`"),
    ),
    *at(
        "print-any-expression",
        "Print the length of `name` plus `total`",
        ("p 8", LOOK, "`len(name)`"),
        ("p len(nam) + total", LOOK, "Did you mean `name`?"),
    ),
    *at(
        "print-any-expression",
        "Pretty-print",
        ("p [ticks] * 9", LOOK, "`p` prints it as one long line", f"NOT {UNDO}"),
    ),
    *at("print-any-expression", "without any command", ("p line", LOOK, "four letters")),
    *at(
        "print-any-expression",
        "Use Python's own `print`",
        ("p name", LOOK, "`p` shows a string with its quotes"),
    ),
    *at("print-any-expression", "What type is `total`", ("p total", LOOK, "what kind of thing it is")),
    *at(
        "list-and-enter",
        "lines 1 to 3",
        ("l 1-3", LOOK, "Put a comma between the first and the last line: `l 1,3`"),
        ("l 1", LOOK, "Not these lines yet"),
    ),
    *at("list-and-enter", "the whole function", ("l", LOOK, "just the function")),
    *at("list-and-enter", "Type nothing; just", ("ll|", LOOK)),
    *at(
        "walk-the-stack",
        "Look at the frame of the caller",
        ("u 2", LOOK, "two frames up"),
        ("d", LOOK),
        ("n", NOT_YET, "without moving it", UNDO),
    ),
    *at(
        "walk-the-stack",
        "Print `n` here",
        ("n", NOT_YET, "that was the command", UNDO),
        ("u", LOOK),
        ("u|p n", LOOK, "You're looking at line 4, in `fact`. This step needs line 2", "`u` and `d`"),
        ("p N", LOOK, "Did you mean `n`?"),
    ),
    *at("up-is-not-undo", "look at the caller", ("n", NOT_YET, "You're at line 7")),
    *at(
        "up-is-not-undo",
        "Go back to looking at `add_ticks`",
        on("<3.14", "n", NOT_YET, "`n` continued there", UNDO),
        on(">=3.14", "n", MISS, "ran to its end", UNDO),
    ),
    *at(
        "fork-two-prompts",
        "Print `ret` in `main.1`",
        (":in main|p ret", LOOK, "You typed that to `main`", "Type `:in main.1` to switch to it"),
    ),
    *at("fork-two-prompts", "Run one line in `main.1`", (":in main|n", NOT_YET, "You moved `main`")),
    *at("fork-stop-in-child", "Run line 6 in the child", ("c", MISS, "run to its end", UNDO)),
    *at(
        "exitcode-tells-how",
        "Print `q.exitcode`.",
        on("<3.13", "q.exitcode", MISS, "starts with `q` is that command", "`!q.exitcode`", UNDO),
    ),
    *at(
        "pool-dead-worker-hangs",
        'Set it to `"lost"`',
        ("!answer = lost", NOT_YET, "no `lost` here. If you meant a string"),
    ),
    *at(
        "exitcode-tells-how",
        "Print `q.exitcode`.",
        ("q", MISS, "a bare `q` is pdb's command `quit`", "goes on running without it", UNDO),
    ),
    *at("exitcode-tells-how", "where `main` stored", ("p code", LOOK, "Did you mean `codes`?")),
    *at("pool-ask-for-the-result", "Ask the first", ("p results[1].get()", LOOK, "The failed task")),
]

VALUES: Final = [
    *at(
        "names-that-are-commands",
        "Print all of them with one command",
        ("c", MISS, "The program ran to its end", UNDO),
        ("p c|p l", LOOK, "you've seen 2 of 6"),
        ("p c; p l", LOOK, "two semicolons"),
    ),
    *at(
        "names-that-are-commands",
        "without `p`, as a line of Python",
        ("p n", LOOK, "Use the `!` this time"),
        on("<3.13", "! n", LOOK, "No space after the exclamation mark: `!n`"),
    ),
    *at(
        "names-that-are-commands",
        "Set `n` to 50",
        on("<3.13", "n = 50", NOT_YET, "this didn't assign anything", "`!n = 50`", UNDO),
        on(">=3.13", "n = 50", NOT_YET, "this didn't assign anything", "`!n = 50`", f"NOT {UNDO}"),
        ("p n = 50", LOOK, "`p` only shows", "`!n = 50`"),
        ("set n 50", NOT_YET, "`!NAME = VALUE`"),
        ("!n == 50", LOOK, "`==` compares", "`!n = 50`"),
        ("!n = 5", NOT_YET, "`n` is `5` here; at the goal, it's `50`"),
    ),
    *at(
        "change-and-watch",
        "Make pdb show `total`",
        ("p total", LOOK, "shows a value only once"),
        ("watch total", NOT_YET, "The nearest is `display EXPRESSION`"),
        ("display totl", LOOK, "Did you mean `total`?"),
    ),
    *at(
        "global-or-shadow",
        "Set the real `LIMIT` to 60",
        ("LIMIT = 60", NOT_YET, "made a local variable again"),
        ("global LIMIT;; LIMIT = 60", NOT_YET, "Declare and assign on one line"),
        ("global LIMIT; LIMIT = 6", NOT_YET, "The global `LIMIT` isn't 60 yet"),
    ),
    *at(
        "interrupt-a-runaway",
        "Set the global `k` to 299",
        ("k = 299", NOT_YET, "That made a local `k`"),
        ("global k", NOT_YET, "The global `k` isn't 299 yet"),
    ),
    *at("global-or-shadow", 'Print `globals()["LIMIT"]`', ("p LIMIT", LOOK, "The name is in quotes")),
    *at(
        "comprehension-and-interact",
        "Assign 99 to `skip`, in the shell",
        ("!skip = 99", NOT_YET, "This is a Python shell"),
        ("n", LOOK, "`n` is a pdb command", "`:eof`"),
        (":eof|skip = 99", NOT_YET, "Type it in the shell"),
    ),
    *at(
        "alias-toolbox",
        "Make a command `sz`",
        ("alias sz = p len(%1)", NOT_YET, "then the whole line it stands for"),
        ("alias sz", NOT_YET, "The name comes first"),
    ),
    *at(
        "p-is-a-command",
        "as a Python statement",
        on("<3.13", "p.is_alive()", NOT_YET, "To run it as Python: `!p.is_alive()`"),
        ("p p.is_alive()", LOOK, "the character that marks Python"),
    ),
    *at(
        "call-it-under-pdb[debug]",
        "Run another call",
        ("fact(3)", NOT_YET, "in a second one"),
        ("debug fact", NOT_YET, "isn't what this step asks for"),
    ),
]

MISTAKES: Final = (*MOVES, *BREAKPOINTS, *LOOKS, *VALUES)
