from multiprocessing import Process
import pdb
import sys


class ForkedPdb(pdb.Pdb):
    """A Pdb that reads the real terminal inside a multiprocessing child."""

    def interaction(self, *args, **kwargs):
        saved = sys.stdin
        try:
            sys.stdin = open("/dev/stdin")
            super().interaction(*args, **kwargs)
        finally:
            sys.stdin = saved


def child(n):
    m = n + 1
    ForkedPdb().set_trace()
    m += 10
    print("child done", m)


if __name__ == "__main__":
    q = Process(target=child, args=(1,))
    q.start()
    q.join()
    print("exitcode", q.exitcode)
