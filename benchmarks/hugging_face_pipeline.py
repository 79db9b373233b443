"""All heads of a pipeline beside transformers' own pipeline for tokens, on the same encoder.

    OMP_NUM_THREADS=1 python benchmarks/hugging_face_pipeline.py MODEL [--abstracts 60] [--rounds 5]

`pipeline("token-classification", aggregation_strategy="simple")` of the transformers library has
MODEL's encoder and one untrained linear layer over as many tags as MODEL's mentions have, so that
it does the work of mentions alone; windows of the same overlap, or it would cut what is longer than
512 wordpieces. Ours finds mentions, assertions and relations. Abstracts are of BC5CDR's development
part (--data, or SPACY_CLINICAL_DATA), else notes of the sample. Rounds in turns; on one thread by
processor time.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from encoder_parts.measure import interleave, ratios
from encoder_parts.systems import Run, installed_engines, load_ours, pipe_through, save_encoder
from encoder_parts.texts import ROOT, load_pool
from spacy.language import Language
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from spacy_clinical.cli.util import print_results
from spacy_clinical.encoder.choose_engine import use_engine
from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.result_tables import Table

BATCHES = (1, 8)


def main() -> None:
    """Time all, print the ratios."""
    data = os.environ.get("SPACY_CLINICAL_DATA") or ROOT / ".." / "shared" / "data"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--abstracts", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=data)
    args = parser.parse_args()
    pool = load_pool(args.data if Path(args.data).is_dir() else None)
    texts = (pool.get("abstracts") or pool["notes"])[: args.abstracts]
    nlp = load_ours(args.model)
    theirs = {f"transformers, batches of {n}": make_theirs(nlp, n) for n in BATCHES}
    systems = {**theirs, "ours, torch float32": pipe_through(nlp), **make_engines(args.model)}
    times = interleave({k: lambda run=run: run(texts) for k, run in systems.items()}, args.rounds)  # type: ignore[misc]
    report(times, list(theirs), len(texts))


def make_theirs(nlp: Language, batch: int) -> Run:
    """RETURNS (Callable): Sends texts through transformers' pipeline on our encoder."""
    tags = 4 * len(nlp.get_pipe("clinical_ner").labels) + 1  # type: ignore[attr-defined]
    overlap = find_encoders(nlp)[0].model.attrs["settings"].overlap
    with tempfile.TemporaryDirectory() as folder:
        save_encoder(nlp, folder)
        network = AutoModelForTokenClassification.from_pretrained(folder, num_labels=tags)
        tokenizer = AutoTokenizer.from_pretrained(folder)
    settings: dict[str, Any] = {"aggregation_strategy": "simple", "stride": overlap}
    pipe = pipeline("token-classification", network, tokenizer=tokenizer, device="cpu", **settings)
    return lambda texts: pipe(texts, batch_size=batch)


def make_engines(model: str) -> dict[str, Run]:
    """RETURNS (dict[str, Callable]): Ours on the other engines that are installed."""
    found = {}
    for engine, precision in installed_engines(load_ours(model)):
        nlp = load_ours(model)
        use_engine(nlp, engine, precision=precision)
        found[f"ours, {engine} {precision}"] = pipe_through(nlp)
    return found


def report(times: dict[str, list[float]], theirs: list[str], count: int) -> None:
    """Print times and how often each fits into theirs."""
    rows = []
    for name, seconds in times.items():
        cells = [ratios(times[base], seconds) for base in theirs]
        shown = [f"{c['median']:.2f} ({c['low']:.2f}-{c['high']:.2f})" for c in cells]
        rows.append((name, f"{min(seconds):.2f}", *shown))
    header = ("", "s, the best", *(f"times as fast as {name}" for name in theirs))
    print_results([Table(f"{count} texts, {len(next(iter(times.values())))} rounds", header, rows)])


if __name__ == "__main__":
    main()
