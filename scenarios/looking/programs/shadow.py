LIMIT = 100


def allowed(sizes):
    skip = 2
    kept = [x for x in sizes if x != skip]
    top = LIMIT
    return [x for x in kept if x < top]


print(allowed([1, 2, 3]), LIMIT)
print(allowed([7, 50, 200]), LIMIT)
