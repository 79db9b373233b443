"""Seconds of components against the length of a note, for ordinary and hostile text.

    python benchmarks/scaling.py                              # all parts, 1,000 to 1,000,000
    python benchmarks/scaling.py clinical_sections --most 100000

A part is a line in PARTS: a function that takes a text, or one that makes what takes a Doc (its
tokens aren't counted). Each time is processor time. `exponent` is the slope of log time over log
length between the two longest: 1 is linear. Over LIMIT seconds it ends.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator

import spacy
from spacy.language import Language

from spacy_clinical.tokenizer import make_tokenizer

NOTE = (
    "Pt. c/o SOB x 3 days.\nPMH: myocardial infarction (MI), COPD\n"
    "He denies chest pain but has fever. MI was in 2011.\n\nPlan: aspirin 81 mg. Return if worse.\n"
)
TEXTS = {
    "note": NOTE,
    "blanks": " ",
    "line ends": "\n",
    "stops": ".",
    "stops and blanks": ". ",
    "one letter": "a",
    "capitals": "A",
    "digits": "1",
    "opening brackets": "(",
    "closing brackets": ")",
    "signs": "(.-;/!?)[*]",
    "apostrophes": "a'",
    "one sentence": "pain and ",
    "headings": "PLAN:",
    "lines of a letter": "A\n",
    "list": "1. a ",
    "definitions": "alpha beta (AB) ",
    "accents": "\u0301",
    "wide stops": "。",
}
SIZES, LIMIT, SHORTEST = (1_000, 10_000, 100_000, 1_000_000), 60.0, 0.002
Part = Callable[[str], float]


def on_text(nlp: Language, name: str) -> Part:
    """A tokenizer: seconds for a text."""
    tokenizer = make_tokenizer()(nlp) if name == "tokenizer" else nlp.tokenizer
    return lambda text: seconds(lambda: tokenizer(text))


def on_doc(nlp: Language, name: str) -> Part:
    """A component alone: seconds for a text that our tokenizer has cut."""
    tokenizer, component = make_tokenizer()(nlp), nlp.create_pipe(name)

    def run(text: str) -> float:
        doc = tokenizer(text)
        return seconds(lambda: component(doc))

    return run


PARTS = {
    "tokenizer": on_text,
    "clinical_sentences": on_doc,
    "clinical_sections": on_doc,
    "clinical_abbreviations": on_doc,
}


def seconds(run: Callable[[], object]) -> float:
    """Processor time of a call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def make_text(unit: str, size: int) -> str:
    """A text of a size: the unit again and again, words on both sides of a run."""
    return ("Pain " + unit * (size // len(unit) + 1))[: size - 5] + " end."


def measure(part: Part, unit: str, most: int) -> Iterator[float]:
    """YIELDS (float): Seconds for each size, up to the first over the limit."""
    for size in SIZES:
        if size <= most:
            took = part(make_text(unit, size))
            yield took
            if took > LIMIT:
                return


def exponent(times: list[float]) -> float | None:
    """RETURNS (float | None): The slope between the two longest, None if they are too short."""
    if len(times) < 2 or times[-2] < SHORTEST:
        return None
    return math.log(times[-1] / times[-2]) / math.log(10)


def main() -> None:
    """Print a Markdown table for each part."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    parser.add_argument("--most", type=int, default=SIZES[-1])
    options = parser.parse_args()
    nlp = spacy.blank("en")
    for name in options.parts:
        part = PARTS.get(name, on_doc)(nlp, name)
        part(NOTE)
        print(f"\n| {name} | " + " | ".join(f"{n:,}" for n in SIZES) + " | exponent |", flush=True)
        print("|---" * (len(SIZES) + 2) + "|")
        for kind, unit in TEXTS.items():
            times = list(measure(part, unit, options.most))
            slope = exponent(times)
            cells = [f"{t:.3f}" for t in times] + ["-"] * (len(SIZES) - len(times))
            print(
                f"| {kind} | "
                + " | ".join(cells)
                + f" | {'-' if slope is None else f'{slope:.2f}'} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
