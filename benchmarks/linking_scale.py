"""A knowledge base of UMLS's size: what it takes to build, load and search.

    python benchmarks/linking_scale.py WORK [--names 3000000] [--data ../shared/data]

Writes a synthetic MRCONSO.RRF into the folder WORK: three names a concept, of words of the Disease
Ontology and ICD-10-CM as often as they stand there, and every third of them recombined from the
halves of two such words, as rare drugs and chemicals look. Builds the base in a process of its own
by the command that users call, then loads and searches it in another. Mentions are names of the
base with a typing error, a plural, another order of words, or a word left out. Pruned search is
compared with exact search on 500 of them.
"""

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

SOURCES = ("kb/disease_ontology/HumanDO.tsv", "kb/icd10cm/categories.csv")
WORD = re.compile(r"[A-Za-z]{2,}|[0-9]{1,3}\b")
MENTIONS, COMPARED, BATCH = 10_000, 500, 1_000


def main() -> None:
    """Write, build, search, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("--names", type=int, default=3_000_000)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--search", action="store_true", help="Only load and search the base")
    args = parser.parse_args()
    base = args.work / "base"
    if args.search:
        print(json.dumps(search(base), indent=2))
        return
    args.work.mkdir(parents=True, exist_ok=True)
    source = args.work / "MRCONSO.RRF"
    if not source.is_file():
        write_names(source, args.names, args.data)
    command = [sys.executable, "-m", "spacy", "clinical", "kb", "build", source, "--output", base]
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True)
    print(f"build: {time.perf_counter() - start:.0f} s")
    print(f"peak memory: {peak(resource.RUSAGE_CHILDREN):.2f} GB")
    size = sum(path.stat().st_size for path in base.rglob("*") if path.is_file())
    print(f"on disk: {size / 2**30:.2f} GB")
    subprocess.run([sys.executable, __file__, str(args.work), "--search"], check=True)


def write_names(path: Path, count: int, data: Path) -> None:
    """Write a synthetic MRCONSO.RRF of so many names."""
    rng = random.Random(0)
    words = Words(data, rng)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count // 3):
            for rank, name in enumerate(names_of_concept(words, rng)):
                columns = [""] * 18
                columns[0], columns[1], columns[2] = f"C{number:07d}", "ENG", "S" if rank else "P"
                columns[4], columns[6], columns[11] = "VO" if rank else "PF", "Y", "SYN"
                columns[13], columns[14], columns[16] = f"{number}", name, "N"
                file.write("|".join([*columns, "\n"]))


class Words:
    """Draws words as often as they stand in real terminologies, and invents others."""

    def __init__(self, data: Path, rng: random.Random):
        text = "\n".join((data / name).read_text(encoding="utf-8") for name in SOURCES)
        counts = Counter(word.lower() for word in WORD.findall(text))
        self.words = [word for word in counts if len(word) > 1]
        self.weights = list(accumulate(counts[word] for word in self.words))
        self.long = [word for word in self.words if len(word) > 6]
        self.rng = rng

    def draw(self, count: int) -> list[str]:
        """RETURNS (list[str]): So many words, every third one invented."""
        found = self.rng.choices(self.words, cum_weights=self.weights, k=count)
        return [self.invent() if self.rng.random() < 1 / 3 else word for word in found]

    def invent(self) -> str:
        """RETURNS (str): The first part of one long word and the last part of another."""
        head, tail = self.rng.choice(self.long), self.rng.choice(self.long)
        return head[: self.rng.randint(3, len(head) - 2)] + tail[self.rng.randint(2, 4) :]


def names_of_concept(words: Words, rng: random.Random) -> Iterator[str]:
    """YIELDS (str): Three names: one, its words in another order, and one with a word more."""
    name = words.draw(rng.choice((1, 2, 3, 3, 4, 4, 5, 6, 8)))
    yield " ".join(name).capitalize()
    yield (
        f"{name[-1]}, {' '.join(name[:-1])}" if len(name) > 1 else f"{name[0]} {rng.randint(2, 99)}"
    )
    yield " ".join([*name, *words.draw(1)])


def search(base: Path) -> dict[str, float | str]:
    """Load a base and search it."""
    from spacy_clinical.knowledge.knowledge_base import KnowledgeBase

    start = time.perf_counter()
    kb = KnowledgeBase(base)
    first = kb.search(["heart failure"])
    loaded = time.perf_counter() - start
    assert first
    rng = random.Random(1)
    numbers = [rng.randrange(kb.meta["names"]) for _ in range(MENTIONS)]
    mentions = [change(kb.read_name(number), rng) for number in numbers]
    meant = [int(kb.arrays["name_concepts"][number]) for number in numbers]
    start, used = time.perf_counter(), time.process_time()
    found = [
        candidates
        for i in range(0, len(mentions), BATCH)
        for candidates in kb.search(mentions[i : i + BATCH])
    ]
    elapsed, used = time.perf_counter() - start, time.process_time() - used
    memory = {"resident_gb": resident(), "peak_gb": peak(resource.RUSAGE_SELF)}
    exact = kb.search(mentions[:COMPARED], budget=0)
    ids = [kb.arrays["ids"][number].decode() for number in meant]
    return {
        "names": kb.meta["names"],
        "load_s": round(loaded, 2),
        "mentions_per_s": round(len(mentions) / elapsed),
        "mentions_per_s of processor time": round(len(mentions) / used),
        **{name: round(value, 2) for name, value in memory.items()},
        "at_1": share(found, ids, 1),
        "at_10": share(found, ids, 10),
        "at_1 of the compared": share(found[:COMPARED], ids[:COMPARED], 1),
        "at_10 of the compared": share(found[:COMPARED], ids[:COMPARED], 10),
        "at_1 of the compared, exact search": share(exact, ids[:COMPARED], 1),
        "at_10 of the compared, exact search": share(exact, ids[:COMPARED], 10),
        "same first candidate as exact search": round(
            sum(
                (a[:1] and b[:1] and abs(a[0].score - b[0].score) < 1e-5) or a == b
                for a, b in zip(found, exact, strict=False)
            )
            / COMPARED,
            4,
        ),
    }


def change(name: str, rng: random.Random) -> str:
    """RETURNS (str): A name as a note might have it."""
    words = name.split()
    kind = rng.randrange(4)
    if kind == 0:
        i = rng.randrange(len(name))
        return name[:i] + name[i + 1 :]
    if kind == 1:
        return f"{name}s"
    if kind == 2:
        return " ".join(reversed(words))
    del words[rng.randrange(len(words))]
    return " ".join(words) or name


def share(found: list, ids: list[str], k: int) -> float:
    """RETURNS (float): How many of the mentions have their concept among the first k."""
    pairs = zip(found, ids, strict=True)
    return round(sum(any(c.concept_id == x for c in row[:k]) for row, x in pairs) / len(ids), 4)


def peak(who: int) -> float:
    """RETURNS (float): Largest resident memory in GB, mapped files included."""
    return resource.getrusage(who).ru_maxrss / 2**20


def resident() -> float:
    """RETURNS (float): Resident memory now in GB, mapped files included."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 2**20  # type: ignore[index]


if __name__ == "__main__":
    main()
