"""The corpora, converted once with the tokenizer that loses no mention."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import DocBin

from spacy_clinical.docs import to_doc
from spacy_clinical.formats import read_brat, read_pubtator
from spacy_clinical.records import Record, spread_concepts
from spacy_clinical.tokenizer import make_tokenizer

ROOT = Path(__file__).resolve().parents[2]
SPLIT = ROOT / "assets" / "maccrobat_split.json"
PARTS = ("train", "eval")


@dataclass(frozen=True)
class Corpus:
    """A corpus and how it is scored.

    folder (str): Its folder beside the others.
    parts (tuple): What is trained on and what is scored: files of PubTator, or parts of the split.
    symmetric (tuple[str, ...]): Relations without direction.
    with_concepts (bool): Whether its relations hold between identifiers.
    label (str): The one label that all mentions get, "" to keep theirs.
    """

    folder: str
    parts: tuple[str, str]
    symmetric: tuple[str, ...] = ()
    with_concepts: bool = False
    label: str = ""


CORPORA = {
    "bc5cdr": Corpus(
        "bc5cdr",
        ("CDR_TrainingSet.PubTator.txt", "CDR_DevelopmentSet.PubTator.txt"),
        with_concepts=True,
    ),
    # Its four labels are kinds of disease names; all published scores are of one.
    "ncbi": Corpus(
        "ncbi_disease",
        ("NCBItrainset_corpus.txt", "NCBIdevelopset_corpus.txt"),
        label="Disease",
    ),
    "biored": Corpus(
        "biored",
        ("Train.PubTator", "Dev.PubTator"),
        symmetric=(
            "Association",
            "Bind",
            "Comparison",
            "Conversion",
            "Cotreatment",
            "Drug_Interaction",
            "Negative_Correlation",
            "Positive_Correlation",
        ),
        with_concepts=True,
    ),
    "maccrobat": Corpus("maccrobat2020", ("train", "test"), symmetric=("IDENTICAL", "OVERLAP")),
}


def blank() -> Language:
    """RETURNS (Language): English with our tokenizer."""
    nlp = spacy.blank("en")
    nlp.tokenizer = make_tokenizer()(nlp)
    return nlp


def prepare(name: str, data: Path, work: Path) -> dict[str, Path]:
    """Convert a corpus, unless it is there.

    name (str): One of CORPORA.
    data (Path): The folder of the corpora.
    work (Path): Where to.
    RETURNS (dict[str, Path]): The .spacy file of each part.
    """
    paths = {part: work / name / f"{part}.spacy" for part in PARTS}
    nlp = blank()
    for part, path in paths.items():
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            docs = [to_doc(record, nlp.make_doc) for record in read_part(name, part, data)]
            DocBin(docs=docs).to_disk(path.with_suffix(".unfinished"))
            path.with_suffix(".unfinished").replace(path)
    return paths


def read_part(name: str, part: str, data: Path) -> Iterator[Record]:
    """Read one part. Documents that stand twice are read once; relations between concepts are
    spread to all their mentions.

    name (str): One of CORPORA.
    part (str): One of PARTS.
    data (Path): The folder of the corpora.
    YIELDS (Record): The documents.
    """
    corpus = CORPORA[name]
    source = corpus.parts[PARTS.index(part)]
    seen: set[str] = set()
    for record in _reader(name)(data / corpus.folder, source):
        if record.id not in seen:
            seen.add(record.id)
            record = _with_label(record, corpus.label) if corpus.label else record
            yield spread_concepts(record) if corpus.with_concepts else record


def _with_label(record: Record, label: str) -> Record:
    entities = tuple(replace(entity, label=label) for entity in record.entities)
    return replace(record, entities=entities)


def _reader(name: str) -> Callable[[Path, str], Iterator[Record]]:
    return _read_brat_part if name == "maccrobat" else _read_pubtator_part


def _read_pubtator_part(folder: Path, file: str) -> Iterator[Record]:
    return read_pubtator(folder / file, strict=False)


def _read_brat_part(folder: Path, part: str) -> Iterator[Record]:
    names = set(json.loads(SPLIT.read_text(encoding="utf-8"))[part])
    return (record for record in read_brat(folder) if record.id in names)
