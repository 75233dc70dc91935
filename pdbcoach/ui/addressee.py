"""Who gets the learner's next line, and whether it would be read."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.language import _
from pdbcoach.observation import ProcessView
from pdbcoach.scenario.model import Key, Step
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.window import Window


class Addressee(Struct):
    window: Window
    debugger: Debugger
    name: str = "main"

    @property
    def view(self) -> ProcessView | None:
        """How it is; ``None`` if it has never been."""
        return self.debugger.views.get(self.name)

    @property
    def runs(self) -> bool:
        """It is on its way, or blocked in something."""
        view = self.view
        return view is not None and view.phase == "running"

    @property
    def waits(self) -> bool:
        """It stands at a prompt."""
        view = self.view
        return view is not None and view.phase == "stopped"

    @property
    def asks(self) -> bool:
        """It stands at a prompt at which Ctrl-C does something: not at one of pdb's own."""
        view = self.view
        return self.waits and (
            view is not None
            and view.prompt is not None
            and view.prompt.kind in ("program", "python", "interact")
        )

    def become(self, name: str) -> None:
        """From now on it is the process of this name."""
        self.name = name
        self.window.say(_("You're now typing to `{name}`.").format(name=name))

    def look_for(self, name: str) -> None:
        """From now on it is the process that the learner calls so, if there is one."""
        found = self.debugger.speaks_to(name) if name else None
        if found is not None:
            self.become(found)
            return
        known = ", ".join(f"`{one}`" for one in self.debugger.views)
        no_such = _("There's no process `{name}`. Processes: {known}.")
        self.window.say(no_such.format(name=name, known=known))

    def become_one_that_waits(self, step: Step | None) -> None:
        """If it has ended, or waits for another: from now on it is one that stands at a prompt, or runs.

        But not if ``step`` wants a key pressed for it.
        """
        if self.waits:
            return
        waiting = self.debugger.waiting()
        is_wanted = step is not None and step.process == self.name and isinstance(step.action, Key)
        running = [name for name, view in self.debugger.views.items() if view.phase == "running"]
        if waiting and not is_wanted:
            self.become(waiting[0])
        elif running and not self.runs:
            self.become(running[0])

    def arrives(self, seconds: float) -> bool:
        """Let it run for so long. Whether it stands at a prompt then."""
        if self.runs:
            self.debugger.wait_for(self.name, seconds)
        return self.waits

    def say_that_nobody_reads(self) -> None:
        running = _("`{name}` is running and can't read a line. Press Ctrl-C to stop it.")
        ended = _("`{name}` has ended and can't read a line. Try `:undo`, `:reset` or `:quit`.")
        self.window.say((running if self.runs else ended).format(name=self.name))
