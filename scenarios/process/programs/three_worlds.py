import multiprocessing
import sys

g_num = 100


def add(q):
    global g_num
    g_num += 1
    q.put(g_num)


if __name__ == "__main__":
    g_num = 500
    ctx = multiprocessing.get_context(sys.argv[1])
    q = ctx.SimpleQueue()
    job = ctx.Process(target=add, args=(q,))
    job.start()
    seen = q.get()
    job.join()
    print(sys.argv[1], "child", seen, "parent", g_num)
