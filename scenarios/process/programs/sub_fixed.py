from multiprocessing import Process
import os
import time


class NewProcess(Process):
    def run(self):
        for i in range(3):
            print("------------1-------------", os.getpid() == self.pid)
            time.sleep(0.05)


if __name__ == "__main__":
    p = NewProcess()
    main_pid = os.getpid()
    p.start()
    p.join()
    print("---------main------", p.exitcode)
