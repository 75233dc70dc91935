"""The current process: the one that gets the next line."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.front.debugger import Debugger
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.observation import ProcessView
from pdbcoach.route import Pressed


class CurrentProcess(Struct):
    """Which process is typed to, and whether it can read a line."""

    window: Window
    debugger: Debugger
    name: str = "main"

    @property
    def view(self) -> ProcessView | None:
        """How it is; ``None`` if it has never existed."""
        return self.debugger.views.get(self.name)

    @property
    def runs(self) -> bool:
        """Whether it is running, or blocked."""
        view = self.view
        return view is not None and view.phase == "running"

    @property
    def waits(self) -> bool:
        """Whether it is at a prompt."""
        view = self.view
        return view is not None and view.phase == "stopped"

    @property
    def asks(self) -> bool:
        """Whether it is at a prompt where Ctrl-C does something, so not at one of pdb's own."""
        view = self.view
        return self.waits and (
            view is not None
            and view.prompt is not None
            and view.prompt.kind in ("program", "python", "interact", "terminal")
        )

    @property
    def is_at_pdb(self) -> bool:
        """Whether it is at a prompt of pdb's, where a bare Enter repeats a line."""
        view = self.view
        return (
            self.waits
            and view is not None
            and view.prompt is not None
            and view.prompt.kind in ("pdb", "nested")
        )

    def become(self, name: str) -> None:
        """Switch to the process of this name."""
        self.name = name
        self.window.say(_("You're now typing to `{name}`.").format(name=name))
        self._let_in()

    def _let_in(self) -> None:
        """If it is a thread at the debugger's door, let it come to its prompt."""
        self.window.output(self.name, None, None, self.debugger.let_in(self.name))

    def look_for(self, name: str, patience: float) -> None:
        """Switch to the process that the person calls ``name``.

        One that does not exist yet gets ``patience`` seconds to come into being.
        """
        found = self.debugger.wait_for_process(name, patience) if name else None
        if found is not None:
            self.become(found)
            return
        known = ", ".join(f"`{one}`" for one in self.debugger.views)
        no_such = _("There's no process `{name}`. Processes: {known}.")
        self.window.say(no_such.format(name=name, known=known))

    def settle(self, wanted: Pressed | None = None) -> None:
        """If it can't read a line, switch to a process at a prompt, or else to one that runs.

        But stay if ``wanted`` is a key to be pressed at this process.
        """
        if self.waits:
            self._let_in()
            return
        waiting = self.debugger.waiting()
        is_wanted = wanted is not None and wanted.process == self.name
        running = [name for name, view in self.debugger.views.items() if view.phase == "running"]
        if waiting and not is_wanted:
            self.become(waiting[0])
        elif running and not self.runs:
            self.become(running[0])

    def arrives(self, seconds: float) -> bool:
        """Let it run for this long, and return whether it is at a prompt then."""
        if self.runs:
            self.debugger.wait_for(self.name, seconds)
        return self.waits

    def say_that_it_reads_nothing(self) -> None:
        """Say why it can't read a line, and what to do."""
        running = _("`{name}` is running and can't read a line. Press Ctrl-C to stop it.")
        ended = _("`{name}` has ended and can't read a line. Try `:undo`, `:reset` or `:quit`.")
        self.window.say((running if self.runs else ended).format(name=self.name))
        if self.runs and (why := self.debugger.why_unheard()):
            lost = _("pdbcoach may have lost sight of the program: {why}. Type `:undo` to go back.")
            self.window.say(lost.format(why="; ".join(why)))
