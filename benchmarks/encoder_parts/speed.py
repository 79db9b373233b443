"""Sections that time: throughput, latency, engines, length, mentions, training."""

import random
import time
from collections.abc import Callable
from typing import Any

import numpy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_clinical.docs import set_mentions
from spacy_clinical.encoder.choose_engine import use_engine
from spacy_clinical.encoder.encoder_pass import plan_windows
from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.encoder.windows import batch_windows
from spacy_clinical.encoder.wordpieces import tokenize

from .measure import exponent, interleave, ratios
from .systems import (
    HEADS,
    Floor,
    installed_engines,
    load_ours,
    load_stock,
    pipe_through,
    with_heads,
)
from .texts import make_long

Settings = Any
LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def stock_examples(texts: list[str]) -> Callable[[Language], Callable[[], list[Example]]]:
    """Examples for spaCy's `ner` to be set up and trained with: two labels on some words."""

    def make(nlp: Language) -> Callable[[], list[Example]]:
        return lambda: [_example(nlp, text) for text in texts]

    return make


def _example(nlp: Language, text: str) -> Example:
    doc = nlp.make_doc(text)
    words = [t.i for t in doc if t.is_alpha][3::8]
    gold = nlp.make_doc(text)
    spans = [Span(gold, i, i + 1, label="AB"[n % 2]) for n, i in enumerate(words)]
    set_mentions(gold, spans)
    return Example(doc, gold)


def throughput(settings: Settings) -> dict[str, Any]:
    """Time the systems on each text set, and count what each encodes."""
    every = load_ours(settings.model)
    heads = [name for name in HEADS if name in every.pipe_names]
    systems: dict[str, Language] = {
        "stock + ner": load_stock(every, stock_examples(settings.sets["abstracts"][:8])),
        "ours, NER": with_heads(load_ours(settings.model), ("clinical_ner",)),
        "ours, NER + relations": with_heads(
            load_ours(settings.model), ("clinical_ner", "clinical_rel")
        ),
        "ours, all heads": every,
    }
    engines = [] if settings.gpu >= 0 else installed_engines(every)
    if settings.gpu >= 0:
        engines = [("torch", "bfloat16")]
    for name, precision in engines:
        nlp = load_ours(settings.model)
        use_engine(nlp, name, precision=precision)
        systems[f"ours, all heads, {name} {precision}"] = nlp
    found: dict[str, Any] = {"heads": heads, "sets": {}}
    floor = Floor(every)
    for name, texts in settings.sets.items():
        batches = floor.prepare(texts)
        calls: dict[str, Callable[[], Any]] = {"floor": lambda b=batches: floor.run(b)}
        for system, nlp in systems.items():
            calls[system] = lambda nlp=nlp, texts=texts: pipe_through(nlp)(texts)
        times = interleave(calls, settings.rounds)
        found["sets"][name] = _describe(every, texts, times, systems["stock + ner"])
    return found


def _describe(
    nlp: Language, texts: list[str], times: dict[str, list[float]], stock: Language
) -> dict[str, Any]:
    counts = count_positions(nlp, texts)
    docs = list(nlp.pipe(texts))
    row: dict[str, Any] = {"documents": len(texts), "tokens": sum(map(len, docs)), **counts}
    row["mentions"] = sum(len(doc.spans.get("clinical", ())) for doc in docs)
    row["stock_positions"] = sum(
        data.wordpieces.input_ids.size for data in _stock_data(stock, texts)
    )
    best = {name: min(seconds) for name, seconds in times.items()}
    row["systems"] = {
        name: {
            "seconds": seconds,
            "us_per_piece": best[name] / counts["pieces"] * 1e6,
            "to_floor": ratios(seconds, times["floor"]),
            "speed_to_stock": ratios(times["stock + ner"], seconds),
            "speed_to_ours": ratios(times["ours, all heads"], seconds),
        }
        for name, seconds in times.items()
    }
    return row


def _stock_data(stock: Language, texts: list[str]) -> list[Any]:
    transformer: Any = stock.get_pipe("transformer")
    docs = transformer.pipe([stock.make_doc(text) for text in texts], batch_size=64)
    return [doc._.trf_data for doc in docs if doc._.trf_data is not None]


def count_positions(nlp: Language, texts: list[str]) -> dict[str, Any]:
    """Count wordpieces and the positions that our encoder computes for them, padding included.

    nlp (Language): The pipeline; documents are batched as `nlp.pipe` does.
    texts (list[str]): The documents.
    RETURNS (dict[str, Any]): `pieces`, `positions` and their ratio.
    """
    _, model, shim = find_encoders(nlp)[0]
    settings, vocabulary = model.attrs["settings"], shim.vocabulary
    assert vocabulary is not None
    special = len(vocabulary.prefix) + len(vocabulary.suffix)
    pieces = positions = 0
    for start in range(0, len(texts), nlp.batch_size):
        docs = [nlp.make_doc(text) for text in texts[start : start + nlp.batch_size]]
        found = tokenize(docs, vocabulary.tokenizer, vocabulary.unk)
        pieces += sum(len(p.ids) for p in found)
        windows = plan_windows(found, vocabulary, settings)
        sizes = windows[:, 1] - windows[:, 0]
        for group in batch_windows(sizes, settings.max_padded):
            positions += len(group) * (int(sizes[group].max()) + special)
    return {"pieces": pieces, "positions": positions, "positions_per_piece": positions / pieces}


def latency(settings: Settings) -> dict[str, Any]:
    """Time single calls of `nlp(text)`, in milliseconds."""
    every = load_ours(settings.model)
    stock = load_stock(every, stock_examples(settings.sets["abstracts"][:8]))
    systems = {"stock + ner": stock, "ours, all heads": every}
    for name, precision in [] if settings.gpu >= 0 else installed_engines(every):
        nlp = load_ours(settings.model)
        use_engine(nlp, name, precision=precision)
        systems[f"ours, all heads, {name} {precision}"] = nlp
    found: dict[str, Any] = {}
    for kind in ("sentences", "abstracts", "long"):
        texts = settings.sets[kind][: settings.singles]
        calls = {
            system: lambda nlp=nlp, texts=texts: [nlp(text) for text in texts]
            for system, nlp in systems.items()
        }
        times = interleave(calls, settings.rounds)
        found[kind] = {name: min(t) / len(texts) * 1e3 for name, t in times.items()}
    return found


def length(settings: Settings) -> dict[str, Any]:
    """Time one document of 100 to 100,000 tokens, all heads, and fit the exponent."""
    nlp, rng = load_ours(settings.model), random.Random(1)
    words = make_long(settings.pool, rng, settings.longest)
    sizes, seconds = [], []
    for wanted in [
        n for n in (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000) if n <= settings.longest
    ]:
        doc = nlp.make_doc(words)
        text = doc[: min(wanted, len(doc))].text
        best = float("inf")
        for _ in range(3 if wanted <= 10_000 else 1):
            start = time.perf_counter()
            size = len(nlp(text))
            best = min(best, time.perf_counter() - start)
        sizes.append(size)
        seconds.append(best)
    tail = (
        [i for i, size in enumerate(sizes) if size >= 900] if len(sizes) > 4 else range(len(sizes))
    )
    slope = exponent([sizes[i] for i in tail], [seconds[i] for i in tail])
    return {"tokens": sizes, "seconds": seconds, "exponent": slope}


def mentions(settings: Settings) -> dict[str, Any]:
    """Time the heads after the entities on one note with 2 to 500 mentions, in milliseconds."""
    nlp = load_ours(settings.model, keep_vectors=True)
    doc = nlp.make_doc(make_long(settings.pool, random.Random(2), 2_500))
    for name in [n for n in nlp.pipe_names if n in ("sentencizer", "transformer")]:
        start = time.perf_counter()
        doc = nlp.get_pipe(name)(doc)
        encoder = time.perf_counter() - start
    heads = [n for n in HEADS[1:] if n in nlp.pipe_names]
    rows: dict[str, list[float]] = {name: [] for name in heads}
    counts = (2, 8, 32, 125, 500)
    for count in counts:
        for name in heads:
            times = []
            for _ in range(settings.rounds):
                _spread(nlp, doc, count)
                start = time.perf_counter()
                nlp.get_pipe(name)(doc)
                times.append(time.perf_counter() - start)
            rows[name].append(min(times) * 1e3)
    slopes = {name: exponent(counts[1:], times[1:]) for name, times in rows.items()}
    return {
        "mentions": counts,
        "tokens": len(doc),
        "encoder_ms": encoder * 1e3,
        "ms": rows,
        "exponent": slopes,
    }


def _spread(nlp: Language, doc: Doc, count: int) -> None:
    """Mentions of the relation schema's types in turn, evenly through the note."""
    labels = [nlp.get_pipe("clinical_ner").labels]
    if "clinical_rel" in nlp.pipe_names:
        labels = [nlp.get_pipe("clinical_rel").schema.entities]
    places = numpy.linspace(0, len(doc) - 2, count).astype(int).tolist()
    spans = [Span(doc, i, i + 1, label=labels[0][n % len(labels[0])]) for n, i in enumerate(places)]
    set_mentions(doc, spans, scores=[1.0] * len(spans))


def training(settings: Settings) -> dict[str, Any]:
    """Time training steps of `clinical_ner` and of spaCy's `ner` on the same batches."""
    texts = settings.sets["abstracts"][:8]
    found: dict[str, Callable[[], Any]] = {}
    ours = load_ours(None, train_precision="float32")
    for name, rate in (("stock + ner", 0.1), ("stock + ner, attention dropout 0", 0.0)):
        nlp = load_stock(ours, stock_examples(texts))
        _set_attention_dropout(nlp, rate)
        found[name] = _step(nlp, stock_examples(texts)(nlp)(), _adam())
    from spacy_clinical.optimizers.adamw import make_adamw

    for name, precision in (("ours, NER", "float32"), ("ours, NER, bfloat16", "bfloat16")):
        nlp = with_heads(load_ours(None, train_precision=precision), ("clinical_ner",))
        examples = [_relabel(eg, nlp) for eg in stock_examples(texts)(nlp)()]
        found[name] = _step(nlp, examples, make_adamw(5e-4))
    times = interleave(found, settings.rounds)
    return {
        name: {"seconds": t, "speed_to_stock": ratios(times["stock + ner"], t)}
        for name, t in times.items()
    }


def _set_attention_dropout(stock: Language, rate: float) -> None:
    """Say it: the weights' own configuration comes from our pipeline, which sets it to 0."""
    network = stock.get_pipe("transformer").model.layers[0].shims[0]._model
    found = [module for module in network.modules() if hasattr(module, "dropout_prob")]
    assert found
    for module in found:
        module.dropout_prob = rate


def _relabel(example: Example, nlp: Language) -> Example:
    labels = nlp.get_pipe("clinical_ner").labels
    gold = example.reference
    spans = [
        Span(gold, s.start, s.end, label=labels[i % len(labels)])
        for i, s in enumerate(gold.spans["clinical"])
    ]
    set_mentions(gold, spans)
    return example


def _adam() -> Any:
    from thinc.api import Adam

    return Adam(5e-5, L2=0.01, grad_clip=1.0, use_averages=False)


def _step(nlp: Language, examples: list[Example], optimizer: Any) -> Callable[[], Any]:
    """One step as `spacy train` makes it: gradients of all components first, then their update."""

    def step() -> None:
        nlp.update(examples, sgd=False, drop=0.1, losses={})
        for _, component in nlp.pipeline:
            if hasattr(component, "finish_update"):
                component.finish_update(optimizer)
        if hasattr(optimizer, "step_schedules"):
            optimizer.step_schedules()

    return step
