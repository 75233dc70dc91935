from multiprocessing import Pool


def worker(num):
    return 10 // num


if __name__ == "__main__":
    pool = Pool(2)
    results = [pool.apply_async(worker, (i,)) for i in range(3)]
    pool.close()
    pool.join()
    print("all done")
    good = [r.get() for r in results if r.successful()]
    print(good)
