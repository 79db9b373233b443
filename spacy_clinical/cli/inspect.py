"""`inspect`: what a corpus holds and loses, or what a pipeline knows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from spacy.cli._util import Arg, Opt
from spacy.language import Language
from spacy.tokens import Doc
from wasabi import msg

from ..attributes import AttributeType, Scheme
from ..corpus import read_docs
from ..docs import get_attributes, get_lost, get_mentions, get_relation_rows, has_mentions
from ..docs.store import Mention
from ..schema import Schema
from .overlap import Overlap, find_overlap
from .util import clear_errors, load_model, print_table

MAX_VALUES = 20


def inspect_cli(
    source: str = Arg(..., help="A .spacy file or folder of them, or a pipeline"),
    against: Path | None = Opt(
        None, "--against", help="A corpus to be measured on: what of it is in the first?"
    ),
    lost: bool = Opt(
        False, "--lost", help="List the mentions that don't fit the tokens' borders, one by one"
    ),
) -> None:
    """
    Show a corpus: labels, relations and their arguments, what its tokenisation loses. Or show a
    pipeline: its labels, its schema, its thresholds.
    """
    with clear_errors():
        path = Path(source)
        if path.suffix == ".spacy" or (path.is_dir() and not (path / "meta.json").exists()):
            nlp = spacy.blank("en")
            found = inspect_docs(read_docs(path, nlp))
            print_corpus(found)
            if lost:
                print_table("Lost mentions", found.places, ("document", "label", "start", "end"))
            if against is not None:
                print_overlap(find_overlap(read_docs(path, nlp), read_docs(against, nlp)))
        else:
            print_model(load_model(source))


@dataclass
class Inventory:
    """A corpus in numbers."""

    counts: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    relations: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    attributes: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: list[tuple[int, str, int, int]] = field(default_factory=list)

    @property
    def schema(self) -> Schema:
        """RETURNS (Schema): What the corpus would teach a pipeline."""
        return Schema.learn(self.entities, self.relations, self.attributes)


def inspect_docs(docs: Iterable[Doc]) -> Inventory:
    """Count what a corpus holds.

    docs (Iterable[Doc]): The corpus.
    RETURNS (Inventory): The counts.
    """
    found = Inventory()
    texts: Counter[str] = Counter()
    for doc in docs:
        found.counts["documents"] += 1
        found.counts["tokens"] += len(doc)
        texts[doc.text] += 1
        if has_mentions(doc):
            _inspect_doc(doc, found)
        else:
            found.counts["documents without mentions' annotation"] += 1
    found.counts["documents that repeat another's text"] = sum(n - 1 for n in texts.values())
    return found


def _inspect_doc(doc: Doc, found: Inventory) -> None:
    mentions, lost = get_mentions(doc), get_lost(doc)
    everything = [*mentions, *reversed(lost.mentions)]
    found.entities.update(mention.label for mention in everything)
    found.lost.update(mention.label for mention in lost.mentions)
    number = found.counts["documents"]
    places = [(m.label, m.fragments[0][0], m.fragments[-1][1]) for m in lost.mentions]
    found.places += [(number, *place) for place in places]
    rows = [*get_relation_rows(doc), *lost.relations]
    pairs = ((label, everything[h].label, everything[t].label) for h, t, label, _ in rows)
    found.relations.update(pairs)
    found.attributes.update((a.name, a.value) for a in get_attributes(doc))
    found.counts["mentions"] += len(everything)
    found.counts["relations"] += len(rows)
    found.counts["mentions that the tokenisation loses"] += len(lost.mentions)
    found.counts["relations lost with them"] += len(lost.relations)
    found.counts["discontinuous mentions"] += sum(len(m.fragments) > 1 for m in everything)
    found.counts["mentions that overlap another"] += _count_overlaps(everything)


def _count_overlaps(mentions: list[Mention]) -> int:
    spans = sorted((m.fragments[0][0], m.fragments[-1][1]) for m in mentions)
    overlapping, reach = 0, -1
    for start, end in spans:
        overlapping += start < reach
        reach = max(reach, end)
    return overlapping


def print_corpus(found: Inventory) -> None:
    """Print an inventory.

    found (Inventory): The counts.
    """
    print_table("Corpus", [(k, n) for k, n in found.counts.items() if n], ("", "count"))
    entities = [(k, n, found.lost[k]) for k, n in sorted(found.entities.items())]
    print_table("Entities", entities, ("label", "count", "lost"))
    relations = [(*key, n) for key, n in sorted(found.relations.items())]
    print_table("Relations", relations, ("label", "head", "tail", "count"))
    print_table("Attributes", _attribute_rows(found), ("name", "value", "count"))


def print_overlap(found: Overlap) -> None:
    """Print what two corpora share.

    found (Overlap): The counts.
    """
    rows = [
        ("documents measured on", found.documents),
        ("of them the same as one to learn from", found.same),
        ("of them nearly the same (80 % of runs of five words)", found.near),
    ]
    print_table("Leaks", rows, ("", "count"))
    unknown = [(*key, n) for key, n in sorted(found.unknown.items())]
    print_table("Labels that the first corpus lacks", unknown, ("kind", "label", "count"))


def _attribute_rows(found: Inventory) -> list[tuple[str, str, int]]:
    """Values and counts of closed attributes; of free texts only how many there are."""
    rows = []
    for name in sorted({name for name, _ in found.attributes}):
        values = [(value, n) for (key, value), n in sorted(found.attributes.items()) if key == name]
        if len(values) > MAX_VALUES:
            values = [(f"({len(values)} values)", sum(n for _, n in values))]
        rows += [(name, value, n) for value, n in values]
    return rows


def print_model(nlp: Language) -> None:
    """Print what a pipeline knows.

    nlp (Language): The pipeline.
    """
    msg.divider(f"{nlp.lang}_{nlp.meta['name']} {nlp.meta['version']}")
    msg.text("pipeline: " + ", ".join(nlp.pipe_names))
    for name in nlp.pipe_names:
        cfg = getattr(nlp.get_pipe(name), "cfg", {})
        if "schema" in cfg:
            schema = Schema.from_dict(cfg["schema"])
            print_table(f"{name}: schema", _schema_rows(schema, cfg), SCHEMA_HEADER)
        elif cfg.get("scheme"):
            types = Scheme.from_dict(cfg["scheme"]).types
            print_table(f"{name}: attributes", [_scheme_row(x) for x in types], SCHEME_HEADER)
        elif cfg.get("labels"):
            msg.text(f"{name}: " + ", ".join(cfg["labels"]))


SCHEMA_HEADER = ("label", "heads", "tails", "direction", "threshold")


def _schema_rows(schema: Schema, cfg: dict) -> list[tuple[str, ...]]:
    return [
        (
            rel.label,
            ", ".join(rel.heads),
            ", ".join(rel.tails),
            "symmetric" if rel.symmetric else "directed",
            str(cfg["thresholds"].get(rel.label, cfg["threshold"])),
        )
        for rel in schema.relations
    ]


SCHEME_HEADER = ("attribute", "values", "of", "where nothing is said")


def _scheme_row(type: AttributeType) -> tuple[str, ...]:
    default = "unknown" if type.default is None else type.default or "(nothing)"
    values = ", ".join(value for value in type.values if value)
    return type.name, values, ", ".join(type.labels), default
