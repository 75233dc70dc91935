"""Attach pdb to a running multiprocessing child (needs Python 3.14+)."""
from multiprocessing import Process
import subprocess
import sys
import time


def test():
    i = 0
    while i < 300:
        i += 1
        time.sleep(0.1)


if __name__ == "__main__":
    q = Process(target=test)
    q.start()
    time.sleep(1)
    subprocess.run([sys.executable, "-m", "pdb", "-p", str(q.pid)])
    print("alive", q.is_alive())
    q.terminate()
    q.join()
    print("exitcode", q.exitcode)
