"""Loops forever: something to step through."""


def add(total, turn):
    total += turn
    return total % 1000


total = 0
turn = 0
while True:
    turn += 1
    total = add(total, turn)
