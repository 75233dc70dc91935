"""tally.py - add up the ticks that some workers reported."""


def add_ticks(ticks, bonus=0):
    total = 0
    for t in ticks:
        total += t
    if bonus:
        return total + bonus
    ticks = None
    return total


def report(name, ticks):
    total = add_ticks(ticks)
    line = name + ": " + str(total)
    return line


reports = []
reports.append(report("w1", [1, 2, 3]))
reports.append(report("w2", [10, 20]))
grand = add_ticks([6, 30], bonus=4)
print(reports, grand)
