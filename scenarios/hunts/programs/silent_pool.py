from multiprocessing import Pool
import os


def worker(num):
    print("------pid=" + os.getpid() + "---- num=%d" % num)


if __name__ == "__main__":
    pool = Pool(3)
    results = []
    for i in range(10):
        results.append(pool.apply_async(worker, (i,)))
    pool.close()
    pool.join()
    print("finished")
