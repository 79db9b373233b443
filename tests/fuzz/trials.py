"""One trial: damage a seed, read it, and tell what went wrong, if anything did."""

import csv
import io
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from spacy_clinical.errors import SpacyClinicalError

from .damage import damaged
from .seeds import Found, Outcome, Seed

CODE = re.compile(r"\[SC\d{3}\]")


class Trial(NamedTuple):
    """What a trial gave.

    fault (str): What went wrong; "" if nothing did.
    seconds (float): Processor time.
    result (str): "read", "told" or "refused".
    """

    fault: str
    seconds: float
    result: str


def run_trial(seed: Seed, whole: Found, number: int, folder: Path) -> Trial:
    """Damage one document of a seed and read all.

    seed (Seed): The seed.
    whole (Found): What it gives when it is sound.
    number (int): Of the trial: the same gives the same.
    folder (Path): An empty place to write in.
    """
    name, which, bad, path = put_damaged(seed, number, folder)
    began = time.process_time()
    fault, result = "", "refused"
    try:
        outcome = seed.read(path)
    except SpacyClinicalError as error:
        fault = "" if CODE.search(str(error)) else f"no code: {type(error).__name__}"
    except Exception as error:
        fault = f"uncoded: {type(error).__name__} at {_place(error)}"
    else:
        result = "told" if outcome.told else "read"
        fault = _loss(seed, whole, outcome, name, which, bad)
    seconds = time.process_time() - began
    shutil.rmtree(folder)
    return Trial(fault, seconds, result)


def put_damaged(seed: Seed, number: int, folder: Path) -> tuple[str, int, bytes, Path]:
    """Write a seed with one of its documents damaged.

    RETURNS (tuple[str, int, bytes, Path]): The file, the document's number in it, what it became,
        and what is to be read.
    """
    chance = Random(f"{seed.name} {number}")
    name = chance.choice(sorted(seed.files))
    pieces = seed.files[name]
    which = chance.randrange(len(pieces))
    bad = damaged(pieces[which], chance)
    if len(pieces) > 1 and len(seed.glue) > 1:  # the border itself stays where it is
        bad = bad.replace(seed.glue, b" ")
    changed = {**seed.files, name: [*pieces[:which], bad, *pieces[which + 1 :]]}
    return name, which, bad, replace(seed, files=changed).put(folder)


def _place(error: Exception) -> str:
    trace, place = error.__traceback__, "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        if "spacy_clinical" in code.co_filename:
            place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _loss(seed: Seed, whole: Found, outcome: Outcome, name: str, which: int, bad: bytes) -> str:
    """Documents that were sound must be there; the damaged one there, or told of."""
    if seed.apart:
        texts = [text for _, text in outcome.found]
        others = _others(seed, whole, name, which, bad, told=outcome.told > 0)
        missing = [text for text in others if text not in texts]
        if missing:
            return f"lost {len(missing)} sound documents"
    fewer = len(outcome.found) < len(whole) and not outcome.told
    if fewer and not _is_explained(seed, whole, outcome, name, which, bad):
        return "lost the damaged document without a word"
    return ""


def _is_explained(
    seed: Seed, whole: Found, outcome: Outcome, name: str, which: int, bad: bytes
) -> bool:
    """Whether nothing is left of the documents that aren't there any more."""
    if not bad.strip(b"\x0b\x1c\xef\xbb\xbf \r\n\t"):
        return True
    if len(whole) == len(seed.files[name]) > 1 and _is_gone(whole, seed, name, which, bad):
        return True
    if seed.folder or len(seed.files[name]) > 1:
        return False
    header_is_lost = seed.name in ("csv", "tsv") and bad.count(b"\n") < 2
    if seed.name in ("csv", "tsv") and _is_table(bad, seed.name, len(outcome.found)):
        return True  # another one than it was, but a whole one
    cut_off = bad == seed.files[name][which][: len(bad)]  # between documents: nothing shows it
    return header_is_lost or cut_off or not any(_traces(whole, outcome, bad))


def _is_gone(whole: Found, seed: Seed, name: str, which: int, bad: bytes) -> bool:
    """Whether a document's words stood in its bytes, and none does any more."""
    words = [word.encode() for word in re.findall("[A-Za-z]{3,}", whole[which][1])]
    return any(word in seed.files[name][which] for word in words) and not any(
        word in bad for word in words
    )


def _is_table(bad: bytes, name: str, found: int) -> bool:
    """Whether Python's own reader finds a header and so many rows of its width."""
    text = bad.decode("utf-8", "surrogateescape")
    try:
        lines = io.StringIO(text, newline="")
        rows = list(csv.reader(lines, delimiter="," if name == "csv" else "\t", strict=True))
    except csv.Error:
        return False
    rows = [row for row in rows if row]
    return len(rows) == found + 1 and {len(row) for row in rows} == {len(rows[0])}


def _traces(whole: Found, outcome: Outcome, bad: bytes) -> Iterator[str]:
    """Words of documents that stand in the bytes and in nothing that was read."""
    read = " ".join(text for _, text in outcome.found)
    for _, text in whole:
        word = max(re.findall("[A-Za-z]+", text), key=len)
        if word.encode() in bad and word not in read:
            yield word


def _others(
    seed: Seed, whole: Found, name: str, which: int, bad: bytes, *, told: bool
) -> list[str]:
    """Texts of the documents that weren't touched."""
    if not seed.folder:
        damaged = (which, which - 1) if seed.runs_on and told else (which,)
        renamed = [id for id, _ in whole if told and bad.startswith(id.encode())]
        return [
            text
            for number, (id, text) in enumerate(whole)
            if not (number in damaged or id in renamed)  # lines of another document's name
        ]
    if seed.glue:  # tables: a line may have become one of another document
        lines = [seed.files[name][which], *bad.splitlines()]
        touched_ids = {line.partition(b"\t")[0] for line in lines}
        return [text for id, text in whole if id.encode() not in touched_ids]
    touched = Path(name).stem
    stems = sorted({Path(file).stem for file in seed.files})
    if len(stems) != len(whole):  # a file that belongs to all, such as a type system
        stems = [stem for stem in stems if stem in dict(whole)]
    if touched not in stems:
        return []
    return [text for (_, text), stem in zip(whole, stems, strict=True) if stem != touched]
