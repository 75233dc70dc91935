def squares(k):
    for i in range(k):
        yield i * i
    return "end"


def use():
    total = 0
    for v in squares(3):
        total += v
    return total


print(use())
