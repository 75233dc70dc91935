import os
import time


def state(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "gone"


ret = os.fork()
if ret == 0:
    os._exit(3)
time.sleep(0.3)
before = state(ret)
pid, status = os.waitpid(ret, 0)
after = state(ret)
print(before, after, os.waitstatus_to_exitcode(status))
