import os
import sys

sys.stdout.reconfigure(line_buffering=False)  # what a pipe or a file does to stdout
print("before the fork")
ret = os.fork()
if ret == 0:
    print("child", flush=True)
    os._exit(0)
os.waitpid(ret, 0)
print("parent")
