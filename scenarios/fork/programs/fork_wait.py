import os

g_num = 100
ret = os.fork()
if ret == 0:
    g_num += 1
    print("child", g_num)
    os._exit(7)
else:
    pid, status = os.waitpid(ret, 0)
    code = os.waitstatus_to_exitcode(status)
    print("parent", g_num, "child exit", code)
