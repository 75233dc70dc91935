"""slow_end.py - children that take their time to end.

Between `terminate` and the next line a program at full speed is nearly always quicker than the child that
has to end, and on a busy machine sometimes not. With this it always is: SIGTERM is not let in before a
child sleeps for the first time, and takes 0.2 seconds to end it. The lesson's .pdbrc installs it; the
program knows nothing of it.
"""
import os
import signal
import time

sleep = time.sleep


def install():
    os.register_at_fork(before=hold, after_in_parent=let_in, after_in_child=take_time)


def hold():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def let_in():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def take_time():
    signal.signal(signal.SIGTERM, end_slowly)
    time.sleep = let_in_and_sleep


def let_in_and_sleep(seconds):
    let_in()
    sleep(seconds)


def end_slowly(number, frame):
    sleep(0.2)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
