"""The systems that find relations, as pipelines that can be scored."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config

from spacy_clinical.corpus import read_docs
from spacy_clinical.scoring.concept_relation_scores import ConceptNames

from . import every_pair, mean_pairs  # noqa: F401 they register what they make
from .corpora import CORPORA
from .heads import find_block, train_head
from .runs import Run
from .stored import add_mentions, make_pipeline, read_store
from .training import train

ROOT = Path(__file__).resolve().parents[2]
SENTENCE, POOLED, APART = "sentence", "pooled", "apart"
Paths = Mapping[str, Path]
GRADIENT = "components.{}.model.tok2vec.grad_factor"


def find_config(run: Run, options: Any) -> Path:
    """RETURNS (Path): The config of a mode; the first mode's for what isn't one."""
    first = next(iter(options.modes.values()))
    pattern = options.modes.get(run.system.removesuffix("_frozen"), first)
    return ROOT / pattern.format(corpus=run.corpus)


def make_frozen(run: Run, paths: Paths, options: Any) -> tuple[Language, float]:
    """A head on the vectors and mentions of a trained pipeline.

    run (Run): Its system ends in "_frozen".
    paths (Paths): The .spacy file of each part.
    options (Any): `base`, `modes`, `epochs`, `work`.
    RETURNS (tuple[Language, float]): The pipeline, and the processor time of its training.
    """
    system, symmetric = run.system.removesuffix("_frozen"), CORPORA[run.corpus].symmetric
    if run.corpus not in options.base:
        sys.exit(f"--base has no pipeline for {run.corpus}.")
    base, folder = options.base[run.corpus], options.work / "vectors" / run.corpus
    store = read_store(base, paths["train"], folder) | read_store(base, paths["eval"], folder)
    nlp = make_pipeline(store, base)
    if CORPORA[run.corpus].with_concepts:
        named: Any = nlp.add_pipe("benchmark_names")
        named.names = ConceptNames.learn(read_docs(paths["train"], nlp))
    if system == SENTENCE:
        return _with_every_pair(nlp, run, paths), 0.0
    name, block = find_block(load_config(find_config(run, options)))
    if system == POOLED:
        block = _as_pooled(block, read_docs(paths["train"], nlp), symmetric)
    seconds = train_head(nlp, name, block, paths["train"], epochs=options.epochs, seed=run.seed)
    return nlp, seconds


def make_whole(run: Run, paths: Paths, options: Any) -> tuple[Language, None]:
    """A pipeline trained with its encoder.

    run (Run): The system: SENTENCE, POOLED, APART or a mode.
    paths (Paths): The .spacy file of each part.
    options (Any): `modes`, `encoder`, `work`.
    RETURNS (tuple[Language, None]): The pipeline. What its training cost isn't known if it was
        stopped in between.
    """
    config, folder = find_config(run, options), options.work / "relations"
    changes = {"paths.train": paths["train"], "paths.dev": paths["eval"], "corpora.dev.limit": 1}
    changes["system.seed"] = run.seed
    if options.encoder:
        changes["paths.encoder"] = options.encoder
    if run.system == APART:
        return _make_apart(run, config, folder, changes, options.work), None
    if run.system == POOLED:
        config = _with_pooled(config, run, paths, folder)
    name = (
        run._replace(system=next(iter(options.modes))).name if run.system == SENTENCE else run.name
    )
    code = Path(mean_pairs.__file__)
    nlp = spacy.load(train(config, folder / name, changes, code=code))
    if run.system == SENTENCE:
        nlp.remove_pipe(find_block(nlp.config)[0])
        nlp = _with_every_pair(nlp, run, paths)
    return nlp, None


def _with_every_pair(nlp: Language, run: Run, paths: Paths) -> Language:
    if "clinical_sentences" not in nlp.pipe_names:
        nlp.add_pipe("clinical_sentences", first=True)
    component: Any = nlp.add_pipe("benchmark_every_pair")
    component.learn(read_docs(paths["train"], nlp), CORPORA[run.corpus].symmetric)
    return nlp


def _with_pooled(config: Path, run: Run, paths: Paths, folder: Path) -> Path:
    """A config with the plain classifier in the place of its relation component."""
    changed = load_config(config, interpolate=False)
    name, block = find_block(changed)
    docs = read_docs(paths["train"], spacy.blank("en"))
    changed["components"][name] = _as_pooled(block, docs, CORPORA[run.corpus].symmetric)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.name}.cfg"
    changed.to_disk(path)
    return path


def _as_pooled(
    block: Mapping[str, Any], docs: Iterable[Doc], symmetric: Sequence[str]
) -> dict[str, Any]:
    """The plain classifier's block, as far-sighted as another's, and with its listener."""
    limit = block.get("candidates", {}).get("max_tokens")
    pooled = mean_pairs.make_block(docs, symmetric, limit)
    pooled["model"]["tok2vec"] = block["model"]["tok2vec"]
    return pooled


def _make_apart(
    run: Run, config: Path, folder: Path, changes: Mapping[str, Any], work: Path
) -> Language:
    """Two trainings: one whose encoder learns from entities only, one from relations only. The
    first one's mentions are given to the second one."""
    relations = find_block(load_config(config))[0]
    trained = []
    for task, silent in (("entities", relations), ("relations", "clinical_ner")):
        only = {**changes, GRADIENT.format(silent): 0.0}
        trained.append(train(config, folder / f"{run.name}-{task}", only, code=None))
    nlp = spacy.load(trained[1], exclude=["clinical_ner"])
    store = read_store(trained[0], changes["paths.dev"], work / "vectors" / run.name)
    return add_mentions(nlp, store, after="transformer")
