import pdb
import sys


def worker(num, tag="w"):
    for i in range(num):
        print(tag, i)
    return num * 10


def local_trap():
    count = 3
    pdb.run("worker(count)")


def local_cure():
    count = 3
    pdb.run("worker(count)", globals(), locals())


if __name__ == "__main__":
    how = sys.argv[1]
    if how == "string":
        pdb.run("worker(2)")
    elif how == "called":
        pdb.run(worker(2))
    elif how == "trap":
        local_trap()
    elif how == "cure":
        local_cure()
    elif how == "eval":
        print("runeval ->", pdb.runeval("worker(2)"))
    elif how == "call":
        print("runcall ->", pdb.runcall(worker, 2, tag="z"))
