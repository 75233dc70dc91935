def mix(a, n):
    c = a + n
    l = [a, n, c]
    s = sum(l)
    r = s * 2
    return r


p = mix(2, 5)
print("p =", p)
