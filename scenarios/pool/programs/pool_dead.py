from multiprocessing import Pool
import os


def worker(num):
    if num == 1:
        os._exit(1)
    return num


if __name__ == "__main__":
    pool = Pool(2)
    results = [pool.apply_async(worker, (i,)) for i in range(3)]
    pool.close()
    last = results[1]
    answer = last.get()
    print(answer)
