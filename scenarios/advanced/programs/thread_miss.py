import threading


def work(n):
    m = n * 2
    print("worker", m)


t = threading.Thread(target=work, args=(4,))
t.start()
t.join()
print("joined")
