def double(n):
    breakpoint()
    m = n * 2
    return m


print(double(4))
print("after")
