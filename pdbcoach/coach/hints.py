"""The hints for a step: the author's, then the command's name, then the full line."""

from __future__ import annotations

from pdbcoach.language import _
from pdbcoach.scenario.model import Key, Send, Step
from pdbcoach.scenario.placeholders import in_general


def hints(step: Step) -> tuple[str, ...]:
    """Return all hints, the weakest first. The last one is the answer."""
    return (*step.prose.hints, *_command(step), answer(step))


def answer(step: Step) -> str:
    """Return what to type, in words; empty for a step that only looks."""
    match step.action:
        case Send(""):
            line = _("Just press Enter.")
        case Send(text):
            line = _("Type `{line}`.").format(line=in_general(text))
        case Key("ctrl-c"):
            line = _("Press Ctrl-C.")
        case Key():
            line = _("Press Ctrl-D.")
        case _:
            return ""
    if step.process != "main":
        return line + " " + _("It goes to `{process}`.").format(process=step.process)
    return line


def _command(step: Step) -> tuple[str, ...]:
    command = step.line.first.command
    if step.prompt not in (None, "pdb", "nested", "commands") or command is None:
        return ()
    if not command.typed:
        return (_("Type a line of Python at the prompt."),)
    if command.shorts:
        said = _("The command is `{name}`, short `{short}`.")
        return (said.format(name=command.name, short=command.shorts[0]),)
    return (_("The command is `{name}`.").format(name=command.name),)
