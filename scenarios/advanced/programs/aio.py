import asyncio


async def fetch(n):
    await asyncio.sleep(0.01)
    return n * 2


async def main():
    a = await fetch(1)
    b = await fetch(2)
    print(a + b)


asyncio.run(main())
