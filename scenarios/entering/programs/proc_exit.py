from multiprocessing import Process
import os
import sys
import time


def fine():
    pass


def boom():
    raise ValueError("boom")


def leave():
    sys.exit(3)


def slow():
    time.sleep(30)


if __name__ == "__main__":
    codes = {}
    for job in (fine, boom, leave):
        q = Process(target=job)
        q.start()
        q.join()
        codes[job.__name__] = q.exitcode
    q = Process(target=slow)
    q.start()
    q.terminate()
    early = q.exitcode
    q.join()
    codes["slow"] = q.exitcode
    print(codes, early)
