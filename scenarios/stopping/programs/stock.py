def logged(fn):
    def wrapper(*args, **kw):
        result = fn(*args, **kw)
        return result
    return wrapper


class Box:
    def __init__(self, level):
        self.level = level

    def fill(self, by):
        self.level += by
        return self.level


@logged
def double(x):
    y = x * 2
    return y
