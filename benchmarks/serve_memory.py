"""A service's memory over many notes: `python benchmarks/serve_memory.py MODEL [NOTES]`.

Short invented notes through `/annotate.ndjson`, a thousand in a request, each with two words that
were never said before: what a service keeps of its notes would show here. Memory is read after
each tenth of the notes; the first tenth is for warming up.
"""

import http.client
import json
import random
import sys

from serve import Server, sentences, serving

SHARE, PARTS = 1000, 10


def lines(first: int, count: int) -> bytes:
    """Notes as lines of JSON."""
    chance, texts = random.Random(first), sentences(first)
    words = (f"Qu{chance.randrange(10**9)}xwort" for _ in range(count))
    notes = (
        {"id": f"n{first + i}", "text": f"{word} was seen in {word[::-1]}. {next(texts)}"}
        for i, word in enumerate(words)
    )
    return "\n".join(map(json.dumps, notes)).encode()


def send(server: Server, first: int, count: int) -> int:
    """Send notes in one request. RETURNS (int): How many were annotated."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    headers = {"Content-Type": "application/x-ndjson"}
    connection.request("POST", "/annotate.ndjson", lines(first, count), headers)
    rows = map(json.loads, connection.getresponse().read().splitlines())
    return sum("entities" in row for row in rows)


def main(model: str, notes: str = "50000") -> None:
    with serving(model) as server:
        share = min(SHARE, int(notes) // PARTS)
        size, done, seen = int(notes) // PARTS, 0, []
        for part in range(PARTS):
            begins = range(part * size, (part + 1) * size, share)
            done += sum(send(server, first, share) for first in begins)
            seen.append(server.memory())
            print(f"{done} notes, {server.cpu():.0f} s of processor, {seen[-1]:.1f} MB", flush=True)
    print(f"from the first tenth on {100 * (max(seen) / seen[0] - 1):+.1f} % at most")


if __name__ == "__main__":
    main(*sys.argv[1:])
