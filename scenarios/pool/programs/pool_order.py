from multiprocessing import Pool


def worker(num):
    return num + 1


if __name__ == "__main__":
    pool = Pool(2)
    r = pool.apply_async(worker, (1,))
    print(r.get())
    pool.join()
