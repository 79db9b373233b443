"""Instructions of components and exports against the length of a note, where seconds don't tell.

    valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=counts/callgrind.%p \
        python benchmarks/scaling_instructions.py counts --texts digits --parts page

Memory that is farther away, pages that are asked for and the load of a machine make seconds grow
faster than the work; the number of instructions is the work. Takes some minutes a row, Linux,
PYTHONHASHSEED=0 for the same numbers again. For each text and part the instructions at each length,
per character, and the exponent between the last two.
"""

import argparse
import math
import os
import re
import subprocess
import tempfile
from pathlib import Path

import spacy
from scaling import BEFORE, TEXTS, make_base, make_doc, make_parts, make_text

from spacy_clinical.tokenizer import make_tokenizer

SIZES = (10_000, 20_000, 40_000)


def control(*options: str) -> None:
    """Tell callgrind, under which this process runs, something."""
    command = ["callgrind_control", *options, str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)


def last_total(folder: Path) -> int:
    """RETURNS (int): The instructions of the dump that was written last."""
    dumps = [path for path in folder.glob("callgrind.*") if path.stat().st_size]
    newest = max(dumps, key=lambda path: path.stat().st_mtime_ns)
    (found,) = re.findall(r"^totals: (\d+)", newest.read_text(), re.MULTILINE)
    return int(found)


def main() -> None:
    """Count, and print a line a text and part."""
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", type=Path)
    parser.add_argument("--texts", nargs="*", choices=TEXTS, default=["note"])
    parser.add_argument("--parts", nargs="*", default=["page"])
    options = parser.parse_args()
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    for name in BEFORE:
        nlp.add_pipe(name)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        out.mkdir()
        parts = make_parts(nlp, make_base(Path(place)), out)
        for text in options.texts:
            docs = [make_doc(nlp, make_text(TEXTS[text], size)) for size in SIZES]
            for name in options.parts:
                parts[name](docs[0].copy())  # what is made once
                counted = []
                for doc in docs:
                    copy = doc.copy()
                    control("-i", "on")
                    parts[name](copy)
                    control("-i", "off")
                    control("-d")
                    counted.append(last_total(options.counts))
                each = " ".join(f"{n / size:.0f}" for n, size in zip(counted, SIZES, strict=True))
                slope = math.log2(counted[-1] / counted[-2])
                print(f"{name}, {text}: {each} instructions a character, {slope:.2f}", flush=True)


if __name__ == "__main__":
    main()
