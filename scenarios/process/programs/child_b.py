from multiprocessing import Process


def child(n):
    m = n + 1
    print("child done", m)


if __name__ == "__main__":
    q = Process(target=child, args=(1,))
    q.start()
    q.join()
    print("exitcode", q.exitcode)
