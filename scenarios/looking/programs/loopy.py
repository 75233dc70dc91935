def scan(limit):
    # collect the multiples of three
    hits = []
    total = 0

    for i in range(limit):
        total += i
        if i % 3 == 0:
            hits.append(i)
    return hits, total


hits, total = scan(7)
print(hits, total)
