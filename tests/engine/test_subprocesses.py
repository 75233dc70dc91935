"""Pythons that a program starts with ``subprocess``: their names and their terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sessions import Open

from pdbcoach import Session

TWO = '''\
import subprocess, sys
child = """import sys
print('out', sys.argv[1])
breakpoint()
print('after', sys.argv[1])
"""
subprocess.run(["true"])
both = [subprocess.Popen([sys.executable, "-c", child, word]) for word in ("left", "right")]
codes = [one.wait() for one in both]
print(codes)
'''


def children(s: Session) -> dict[str, str]:
    """Ask both children which they are, and let them end."""
    said = {}
    for name in ("main.python2", "main.python1"):
        assert s.look(name).outcome == "prompt"
    for name in ("main.python1", "main.python2"):
        said[name] = s.send("p sys.argv[1]", name).output
    for name in ("main.python1", "main.python2"):
        said[name] += s.send("c", name).output
    return said


RIGHT = {
    "main.python1": "'left'\nafter left\n",
    "main.python2": "'right'\nafter right\n",
}


def test_pythons_are_numbered_in_the_order_of_their_start(session: Open, python: str) -> None:
    s = session(TWO, python, "prog.py")
    s.launch()
    assert children(s) == RIGHT
    assert s.look().output.endswith("[0, 0]\n")


def test_what_a_python_prints_before_it_stops_is_its_parents_output(session: Open, python: str) -> None:
    source = """\
import subprocess, sys
print("before")
subprocess.run([sys.executable, "-c", "print('child'); breakpoint()"])
print("behind")
"""
    s = session(source, python, "prog.py")
    s.launch()
    stop = s.look("main.python1")
    assert stop.output.startswith(("--Return--\n> <string>", "> <string>(1)<module>()"))
    assert s.send("c", "main.python1").outcome == "ended"
    assert s.look().output == "before\nchild\nbehind\n"


def test_a_python_that_never_asks_stays_on_its_parents_terminal(session: Open, python: str) -> None:
    source = """\
import subprocess, sys
print("before", flush=True)
subprocess.run([sys.executable, "-c", "import sys, os; print(os.ttyname(0) == sys.argv[1])", os.ttyname(0)])
print("behind")
"""
    s = session("import os\n" + source, python, "prog.py")
    assert s.start().output == "before\nTrue\nbehind\n"
    assert list(s.processes) == ["main"]


def test_on_a_shared_terminal_a_python_gets_none_of_its_own(session: Open, python: str) -> None:
    source = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'breakpoint()'])\n"
    s = session(source, python, "prog.py", shared_terminal=True)
    s.launch()
    assert s.look("main.python1").outcome == "prompt"
    one, main = (s._registry.named[name] for name in ("main.python1", "main"))
    assert one.terminal is main.terminal
    assert s.send("c", "main.python1").outcome == "ended"


@pytest.mark.parametrize(
    "failure",
    [
        "subprocess.Popen(['/missing/python'])",
        "subprocess.Popen(['/missing/python'], close_fds=False)",
        "subprocess.Popen(['/missing/python'], close_fds=False, restore_signals=False)",
        "subprocess.Popen([sys.executable], cwd='/missing')",
        "subprocess.Popen([sys.executable], bufsize='wrong')",
        "subprocess.Popen([])",
    ],
)
@pytest.mark.parametrize(
    "start",
    [
        "os.system(sys.executable + ' -c \"breakpoint()\"')",
        "os.waitpid(os.posix_spawn(sys.executable, [sys.executable, '-c', 'breakpoint()'], os.environ), 0)",
    ],
)
def test_a_python_that_failed_to_start_keeps_no_other_waiting(
    session: Open, python: str, failure: str, start: str
) -> None:
    source = f"""\
import os, subprocess, sys
try:
    {failure}
except Exception:
    {start}
"""
    s = session(source, python, "prog.py", timeout=5)
    s.launch()
    assert s.wait_until(lambda ps: any(name != "main" for name in ps))
    (name,) = set(s.processes) - {"main"}
    assert s.look(name).outcome == "prompt"
    assert s.send("c", name).outcome == "ended"
    assert s.look().outcome == "ended"


def test_the_pid_of_popen_is_an_ordinary_attribute(session: Open, python: str) -> None:
    source = """\
import subprocess, sys
one = subprocess.Popen([sys.executable, "-c", ""])
print([name for name in vars(one) if "coach" in name], vars(one)["pid"] == one.pid, one.wait())
"""
    s = session(source, python, "prog.py")
    assert s.start().output == "[] True 0\n"


def test_a_step_into_popen_shows_no_frame_of_the_shim(debug: Open, python: str) -> None:
    source = (
        "import subprocess, sys\nclass P(subprocess.Popen):\n    def _execute_child(self, *a): self.pid = 7\n"
    )
    s = debug(source + "p = P([sys.executable])\np.returncode = 0\nx = 1\n", python)
    s.start()
    s.send("b 3")
    s.send("c")
    s.send("c")
    seen = s.send("s")
    assert seen.state is not None
    assert seen.state.event == "return"
    assert s.send("p self.pid").output == "7\n"


def test_a_python_of_a_python_has_a_terminal_of_its_own(session: Open, python: str) -> None:
    inner = "import os, sys; breakpoint()"
    middle = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}]); breakpoint()"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {middle!r}])\n"
    s = session(source, python, "prog.py")
    s.launch()
    assert s.look("main.python1.python1").outcome == "prompt"
    assert s.send("p 6 * 7", "main.python1.python1").output == "42\n"
    s.send("c", "main.python1.python1")
    assert s.send("p 6 * 8", "main.python1").output == "48\n"


def test_a_fork_of_a_python_has_a_terminal_of_its_own(session: Open, python: str) -> None:
    child = "import os\nbreakpoint()\npid = os.fork()\nbreakpoint()\nprint(bool(pid), os.ttyname(1))"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    s = session(source, python, "prog.py")
    s.launch()
    s.look("main.python1")
    s.send("c", "main.python1")
    assert s.look("main.python1.1").outcome == "prompt"
    ends = [s.send("c", name).output.split() for name in ("main.python1", "main.python1.1")]
    assert [end[0] for end in ends] == ["True", "False"]
    assert ends[0][1] != ends[1][1]


def test_a_python_that_goes_back_to_the_first_terminal_is_taken_to_its_own(
    session: Open, python: str
) -> None:
    """pytest does so: it keeps copies of the standard descriptors and restores them."""
    child = """\
import os
kept = [os.dup(number) for number in (0, 1, 2)]
for n in range(2):
    breakpoint()
    print("n is", n, flush=True)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    for number in (0, 1, 2):
        os.dup2(kept[number], number)
"""
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    s = session(source, python, "prog.py", timeout=5)
    s.launch()
    assert s.look("main.python1").outcome == "prompt"
    assert s.send("c", "main.python1").output.startswith("n is 0\n")
    assert s.send("p n", "main.python1").output == "1\n"
    assert s.send("c", "main.python1").outcome == "ended"


def test_a_python_without_terminals_left_stays_where_it_is(session: Open, python: str) -> None:
    child = """\
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
breakpoint()
x = 1
"""
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    s = session(source, python, "prog.py")
    s.launch()
    assert s.look("main.python1").outcome == "prompt"
    assert s.send("p 6 * 7", "main.python1").output.endswith("42\n")
    s.send("c", "main.python1")


@pytest.fixture
def load() -> Iterator[None]:
    """The machine's processors have more to do than they can."""
    code = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"  # ends with the tests
    busy = [
        subprocess.Popen([sys.executable, "-I", "-S", "-c", code]) for _ in range(2 * (os.cpu_count() or 1))
    ]
    yield
    for one in busy:
        one.kill()
        one.wait()


def test_names_are_the_same_in_twenty_runs_under_load(tmp_path: Path, load: None, python: str) -> None:
    program = tmp_path / "prog.py"
    program.write_text(TWO)
    for _ in range(20):
        with Session(["prog.py"], python=python, files=[program], timeout=60) as s:
            s.launch()
            assert children(s) == RIGHT
