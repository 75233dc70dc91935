import sys


def parse(text):
    return int(text)


def load(items):
    out = []
    for item in items:
        try:
            out.append(parse(item))
        except ValueError as e:
            raise RuntimeError("bad item %r" % item) from e
    return out


print(load(sys.argv[1:] or ["1", "x"]))
