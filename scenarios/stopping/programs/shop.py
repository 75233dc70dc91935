import stock


def main():
    box = stock.Box(3)
    box.fill(2)
    print(stock.double(box.level))


main()
