import pdb
import threading


def work(n):
    m = n * 2
    print("worker", m)


t = threading.Thread(target=pdb.runcall, args=(work, 4))
t.start()
t.join()
print("joined")
