"""Sections that measure memory and loading, each in a process of its own."""

import json
import random
import subprocess
import sys
import time
from typing import Any

from .measure import Peak, resident

LINE = "RESULT "
OWN_PROCESS = ("load", "load_openvino", "load_stock_ner", "long_note", "long_note_half", "stream")


def in_own_process(name: str, settings: Any) -> dict[str, Any]:
    """Run one of the functions below in a new process.

    name (str): Its name.
    settings (Any): Those of this process.
    RETURNS (dict[str, Any]): What it found.
    """
    command = [sys.executable, *settings.command, "--child", name]
    result = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in result.stdout.splitlines() if line.startswith(LINE)]
    if result.returncode or not lines:
        raise RuntimeError(f"section {name} failed:\n{result.stderr[-3000:]}")
    return json.loads(lines[-1].removeprefix(LINE))


def load(settings: Any) -> dict[str, Any]:
    """Load the pipeline, annotate the first note, then the mix."""
    from .systems import load_ours, pipe_through

    start = time.perf_counter()
    nlp = load_ours(settings.model)
    loaded = time.perf_counter()
    nlp(settings.sets["abstracts"][0])
    first = time.perf_counter()
    found = {"load_s": loaded - start, "first_note_s": first - loaded, "loaded_mb": resident()}
    peak = Peak()
    pipe_through(nlp)(settings.sets["mix"])
    return {**found, "peak_above_mb": peak.above()}


def load_openvino(settings: Any) -> dict[str, Any]:
    """The same with the engine OpenVINO in bfloat16 where the machine has it."""
    from spacy_clinical.encoder.choose_engine import use_engine

    from .systems import load_ours, pipe_through

    start = time.perf_counter()
    nlp = load_ours(settings.model)
    use_engine(nlp, "openvino")
    loaded = time.perf_counter()
    nlp(settings.sets["abstracts"][0])
    found = {"load_s": loaded - start, "first_note_s": time.perf_counter() - loaded}
    found["loaded_mb"], peak = resident(), Peak()
    pipe_through(nlp)(settings.sets["mix"])
    return {**found, "peak_above_mb": peak.above()}


def load_stock_ner(settings: Any) -> dict[str, Any]:
    """The stock path on the mix; it is set up, not loaded."""
    from .speed import stock_examples
    from .systems import load_ours, load_stock, pipe_through

    nlp = load_stock(load_ours(settings.model), stock_examples(settings.sets["abstracts"][:8]))
    nlp(settings.sets["abstracts"][0])
    found, peak = {"loaded_mb": resident()}, Peak()
    pipe_through(nlp)(settings.sets["mix"])
    return {**found, "peak_above_mb": peak.above()}


def long_note_half(settings: Any) -> dict[str, Any]:
    """The long note with vectors of 16 bits between encoder and heads."""
    return long_note(settings, vector_dtype="float16")


def long_note(settings: Any, **changes: Any) -> dict[str, Any]:
    """One note of 200,000 tokens (20,000 in the quick mode) through all heads.

    settings (Any): Those of this process.
    changes (Any): Settings of the encoder's model.
    """
    from spacy_clinical.encoder.token_coverage import measure_coverage

    from .systems import load_ours
    from .texts import make_long

    nlp = load_ours(settings.model, **changes)
    nlp(settings.sets["abstracts"][0])
    text = make_long(settings.pool, random.Random(3), settings.huge)
    doc = nlp.make_doc(text)
    text = doc[: settings.huge].text
    del doc
    peak = Peak()
    doc = nlp(text)
    above = peak.above()
    (coverage,) = measure_coverage(nlp, [doc])
    return {
        "tokens": len(doc),
        "pieces": coverage.pieces,
        "coverage": coverage.share,
        "peak_above_mb": above,
        "mentions": len(doc.spans["clinical"]),
    }


def stream(settings: Any) -> dict[str, Any]:
    """Many short notes through `nlp.pipe`; all differ in their numbers."""
    from .systems import load_ours

    nlp, rng = load_ours(settings.model), random.Random(4)
    notes = settings.sets["sentences"]
    texts = (f"{rng.choice(notes)} MRN {rng.randint(0, 10**9)}." for _ in range(settings.notes))
    sizes: dict[str, float] = {}
    for number, _ in enumerate(nlp.pipe(texts), 1):
        if number in (settings.notes // 10, settings.notes // 2, settings.notes):
            sizes[str(number)] = resident()
    first, last = sizes[str(settings.notes // 10)], sizes[str(settings.notes)]
    return {"resident_mb": sizes, "growth": last / first - 1, "strings": len(nlp.vocab.strings)}
