"""Seconds of components and exports against the length of a note, ordinary and hostile.

    python benchmarks/scaling.py --results scaling.jsonl
    python benchmarks/scaling.py --results scaling.jsonl --texts note blanks --parts "to fhir"
    python benchmarks/scaling.py --results scaling.jsonl --only-table

A part takes a note that is ready: cut into tokens by our tokenizer, with sentences, sections, and
a mention each 50 characters at most, each with an assertion and a relation to the next; none of
that is counted, nor the tokens. "words" is a list made by one regular expression, for comparison:
what it takes grows as the text does, so that its slope is the machine's. Each time is processor
time, the best of some runs, without what Python's collector takes to look through the libraries'
own objects. Exponents are slopes of log time over log length, 1 being linear: between 100,000 and
1,000,000 characters, and from 10,000 on ("whole"); of all texts the highest. Over LIMIT seconds a
part is stopped. What is refused has its code in the place of a time. What the results have already
isn't run again.
"""

import argparse
import gc
import math
import re
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import spacy
from scaling_table import LIMIT, SIZES, Results
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical import build_base, build_graph, deidentify, render
from spacy_clinical.batch.output_formats import OUTPUTS
from spacy_clinical.docs import name_doc, set_mentions, set_relations, to_record
from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.formats import FORMATS, write
from spacy_clinical.graph import write_graph
from spacy_clinical.graph.mention_dates import pair_dates
from spacy_clinical.graph.time_expressions import find_times
from spacy_clinical.quantities import find_quantities
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
    "denials": "no pain, ",
    "dates": "on 3/4/2011 pain ",
    "doses": "aspirin 81 mg po bid ",
    "names": "Dr. Anna Smith, ",
}
APART = 50
RUNS, LONG = 3, 8.0  # a run that is longer isn't repeated
NAMES = ("pain", "chest pain", "aspirin", "fever", "alpha beta", "plan", "a", "1", "smith", "end")
BEFORE = ("clinical_sentences", "clinical_sections")
COMPONENTS = (
    *BEFORE,
    "clinical_abbreviations",
    "clinical_context",
    "clinical_terms",
    "clinical_linker",
    "clinical_deid",
    "clinical_finding_mentions",
    "clinical_findings",
)
SETTINGS = ExportSettings(time="2026-01-01T00:00:00+00:00")
Part = Callable[[Doc], object]


class Stopped(Exception):
    """A part was over the limit."""


def make_text(unit: str, size: int) -> str:
    """A text of a size: the unit again and again, words on both sides of a run."""
    return ("Pain " + unit * (size // len(unit) + 1))[: size - 5] + " end."


def make_doc(nlp: Language, text: str) -> Doc:
    """A note with sentences, sections, mentions, assertions and relations."""
    doc = nlp(text)
    spans, free = [], 0
    for token in doc:
        if token.idx >= free and not token.is_space:
            spans.append(doc[token.i : token.i + 1])
            spans[-1].label_ = ("MEDICATION", "CONDITION", "DATE")[len(spans) % 3]
            free = token.idx + APART
    said = [[("assertion", ("present", "absent")[i % 2])] for i in range(len(spans))]
    set_mentions(doc, spans, attributes=said)
    set_relations(doc, [(i, i + 1, "TREATS", 1.0) for i in range(len(spans) - 1)])
    name_doc(doc, "n1", {"patient": "p1", "date": "2020-01-02"})
    return doc


def component(nlp: Language, name: str, base: Path) -> Part:
    """A component alone, on a note of its own."""
    config: dict[str, Any] = {"overwrite": True} if name == "clinical_sentences" else {}
    if name in ("clinical_terms", "clinical_linker"):
        config = {"kb": str(base)}
    pipe = nlp.create_pipe(name, config=config)
    return lambda doc: pipe(doc)


def output(name: str, place: Path) -> Part:
    """What `annotate` and `export` write."""
    return lambda doc: OUTPUTS[name]([doc], place / f"x.{name}", SETTINGS)


def corpus(name: str, place: Path) -> Part:
    """What `convert --to` writes."""
    return lambda doc: write([to_record(doc)], place / "x", name, left_out=Counter())


def graph(suffix: str, place: Path) -> Part:
    """A graph, built and written."""
    return lambda doc: write_graph(build_graph([doc]), place / f"graph{suffix}")


def dates(doc: Doc) -> object:
    """The dates of the graph: those in the text, and which mention has which."""
    found = to_record(doc).entities
    others = [entity for entity in found if entity.label != "DATE"]
    pairs = pair_dates(doc.text, [e for e in found if e.label == "DATE"], others)
    return find_times(doc.text, None), list(pairs)


def make_parts(nlp: Language, base: Path, place: Path) -> dict[str, Part]:
    """All parts by name."""
    tokenizer, identifiers = nlp.tokenizer, nlp.create_pipe("clinical_deid")
    formats = (name for name, f in FORMATS.items() if f.write and name not in OUTPUTS)
    return {
        "words": lambda doc: [(x.start(), x.group()) for x in re.finditer(r"\S+|\s", doc.text)],
        "tokenizer": lambda doc: tokenizer(doc.text),
        **{name: component(nlp, name, base) for name in COMPONENTS},
        "deidentify": lambda doc: deidentify(identifiers(doc), "mask"),
        "quantities": lambda doc: find_quantities(doc.text),
        "dates": dates,
        "graph": lambda doc: build_graph([doc]),
        **{f"graph {suffix}": graph(suffix, place) for suffix in (".json", ".ttl", ".graphml")},
        "page": lambda doc: render([doc]),
        **{f"to {name}": output(name, place) for name in OUTPUTS if name != "postgres"},
        **{f"to {name}": corpus(name, place) for name in formats},
    }


def seconds(run: Callable[[], object]) -> float | str:
    """Processor time of a call, or the code of its refusal. Raises Stopped over the limit."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    start = time.process_time()
    try:
        run()
    except SpacyClinicalError as error:
        return str(error)[1:6]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - start


def stop(*_: Any) -> None:
    """What the timer calls."""
    raise Stopped


def measure(part: Part, doc: Doc, place: Path, runs: int) -> float | str:
    """Seconds of a part, the best of some runs, each in an empty folder, on a copy of the note."""
    best = math.inf
    for _ in range(runs):
        copy = doc.copy()
        gc.collect()
        gc.freeze()
        try:
            found = seconds(partial(part, copy))
        except Stopped:
            found = f"over {LIMIT:.0f}"
        empty(place)
        if isinstance(found, str):
            return found
        best = min(best, found)
        if found > LONG:
            break
    return best


def empty(folder: Path) -> None:
    """Delete what a part wrote."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def make_base(place: Path) -> Path:
    """RETURNS (Path): A base of a few names, made in a folder."""
    table = place / "names.csv"
    table.write_text("id,name\n" + "".join(f"C{i},{x}\n" for i, x in enumerate(NAMES)), "utf8")
    build_base([table], place / "base", columns={"id": "id", "name": "name"})
    return place / "base"


def run(results: Results, options: argparse.Namespace, place: Path) -> None:
    """Measure what isn't there yet, sizes from the shortest on."""
    base = make_base(place)
    nlp, out = spacy.blank("en"), place / "out"
    out.mkdir()
    nlp.tokenizer = make_tokenizer()(nlp)
    for name in BEFORE:
        nlp.add_pipe(name)
    nlp.max_length = 2 * SIZES[-1]
    parts = make_parts(nlp, base, out)
    for text in options.texts:
        for size in options.sizes:
            open_parts = [p for p in options.parts or parts if (p, text, size) not in results.times]
            if open_parts:
                doc = make_doc(nlp, make_text(TEXTS[text], size))
            for name in open_parts:
                results.add(name, text, size, measure(parts[name], doc, out, options.runs))
        print(text, flush=True)


def main() -> None:
    """Measure, and print a Markdown table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--texts", nargs="*", choices=TEXTS, default=list(TEXTS))
    parser.add_argument("--parts", nargs="*", default=[])
    parser.add_argument("--sizes", nargs="*", type=int, choices=SIZES, default=list(SIZES))
    parser.add_argument("--runs", type=int, default=RUNS, help="the best of how many")
    parser.add_argument("--only-table", action="store_true")
    options = parser.parse_args()
    results = Results(options.results)
    signal.signal(signal.SIGVTALRM, stop)
    if not options.only_table:
        with tempfile.TemporaryDirectory() as place:
            run(results, options, Path(place))
    print("| part | note, s | slowest, s | exponent | whole | refused |\n|---|---|---|---|---|---|")
    print("\n".join(results.rows()))


if __name__ == "__main__":
    main()
