"""Texts of four kinds, from the sample corpus and, where they are, the public corpora."""

import random
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def load_pool(data: Path | None) -> dict[str, list[str]]:
    """Read notes of the kinds that there are.

    data (Path | None): The folder of public corpora, None for the sample corpus alone.
    RETURNS (dict[str, list[str]]): `notes` of the sample corpus, and `abstracts` (BC5CDR) and
        `reports` (MACCROBAT) where they are.
    """
    sys.path.insert(0, str(ROOT / "assets" / "sample"))
    from build import build

    pool = {"notes": [record.text for part in build().values() for record in part]}
    if data is None:
        return pool
    pubtator = data / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    if pubtator.is_file():
        pool["abstracts"] = _read_pubtator(pubtator)
    reports = sorted((data / "maccrobat2020").rglob("*.txt"))
    if reports:
        pool["reports"] = [path.read_text(encoding="utf-8") for path in reports]
    return pool


def _read_pubtator(path: Path) -> list[str]:
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    lines = [block.splitlines()[:2] for block in blocks]
    return [f"{title.split('|', 2)[2]} {text.split('|', 2)[2]}" for title, text in lines]


def make_sets(pool: dict[str, list[str]], count: int) -> dict[str, list[str]]:
    """Draw the text sets, always the same ones.

    pool (dict): As `load_pool` gives it.
    count (int): Documents of the mix; the other sets are scaled so that each takes about as long.
    RETURNS (dict[str, list[str]]): `sentences`; `abstracts`; `long` notes of 1,000 to 4,000 words;
        `mix`: of ten documents four are of one to three sentences, four are notes or abstracts,
        two are long.
    """
    rng = random.Random(0)
    whole = pool["notes"] + pool.get("abstracts", [])
    sentences = [s for text in whole for s in SENTENCE.split(text) if 4 <= len(s.split()) <= 60]
    middle = pool.get("abstracts") or pool["notes"]

    def short() -> str:
        return " ".join(rng.choices(sentences, k=rng.randint(1, 3)))

    kinds = ["short", "middle", "long", "middle", "short"]
    mix = [
        {"short": short, "middle": lambda: rng.choice(whole), "long": lambda: make_long(pool, rng)}[
            kinds[i % len(kinds)]
        ]()
        for i in range(count)
    ]
    rng.shuffle(mix)
    return {
        "sentences": rng.choices(sentences, k=count * 6),
        "abstracts": rng.choices(middle, k=count),
        "long": [make_long(pool, rng) for _ in range(max(2, count // 6))],
        "mix": mix,
    }


def make_long(pool: dict[str, list[str]], rng: random.Random, words: int | None = None) -> str:
    """One long note: reports, or notes of the sample corpus, one after the other.

    pool (dict): As `load_pool` gives it.
    rng (Random): Draws them.
    words (int | None): How long at least, None for 1,000 to 4,000.
    RETURNS (str): The note.
    """
    goal = words or rng.randint(1_000, 4_000)
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < goal:
        parts.append(rng.choice(pool.get("reports") or pool["notes"]))
    return "\n\n".join(parts)
