"""What Tab completes: pdb's commands and names in scope; colon-words and what follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from pdbcoach.pdb.commands import COMMANDS as TABLE
from pdbcoach.pdb.commands import those

COMMANDS: Final = tuple(sorted(those(lambda command: command.typed)))
_HELP: Final = TABLE["help"].spellings


@dataclass
class LineCompleter(Completer):
    """``names`` are those in scope; ``after`` has the colon-words, each with what may follow it."""

    names: Sequence[str] = ()
    after: Mapping[str, Callable[[], Sequence[str]]] = field(default_factory=dict)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield the ways to complete the word at the cursor."""
        line = document.text_before_cursor.lstrip()
        word = self._word(document, line)
        for candidate in dict.fromkeys(self._candidates(line)):
            if candidate.startswith(word):
                yield Completion(candidate, -len(word))

    def _word(self, document: Document, line: str) -> str:
        if line.startswith(":"):
            return line.rpartition(" ")[2]
        word = document.get_word_before_cursor()
        return word if word.replace("_", "a").isalnum() else ""

    def _candidates(self, line: str) -> Iterable[str]:
        first, blank, _rest = line.partition(" ")
        if line.startswith(":"):
            following = self.after.get(first[1:])
            return [f":{name}" for name in self.after] if not blank else following() if following else ()
        if first in _HELP and blank:
            return COMMANDS
        is_command = not blank and (not first or first.isidentifier())
        return [*(COMMANDS if is_command else ()), *sorted(self.names)]


def columns(words: Sequence[str], width: int) -> str:
    """Lay ``words`` out in as many columns as fit into ``width``; each line ends with a newline."""
    column = max(map(len, words)) + 2
    number = max(1, width // column)
    height = -(-len(words) // number)
    rows = ("".join(word.ljust(column) for word in words[row::height]).rstrip() for row in range(height))
    return "".join(f"{row}\n" for row in rows)
