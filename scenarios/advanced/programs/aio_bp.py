import asyncio
import pdb


async def fetch(n):
    await asyncio.sleep(0.01)
    return n * 2


async def main():
    await pdb.set_trace_async()
    b = await fetch(2)
    print(b)


asyncio.run(main())
