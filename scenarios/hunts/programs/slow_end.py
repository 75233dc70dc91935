"""slow_end.py - children that take their time to end.

Between `terminate` and the next line a program at full speed is nearly always quicker than the child that
has to end, and on a busy machine sometimes not. With this it always is: a child that gets SIGTERM goes on
for 0.2 seconds and ends by it then. The lesson's .pdbrc installs it; the program knows nothing of it.
"""
import os
import signal


def install():
    os.register_at_fork(before=hold, after_in_parent=release, after_in_child=take_time)


def hold():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def release():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def take_time():
    signal.signal(signal.SIGTERM, told_to_end)
    signal.signal(signal.SIGALRM, end)
    release()


def told_to_end(number, frame):
    signal.setitimer(signal.ITIMER_REAL, 0.2)


def end(number, frame):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
