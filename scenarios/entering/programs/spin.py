import time

k = 0


def spin():
    global k
    while k < 300:
        k += 1
        time.sleep(0.1)


spin()
