"""`inspect`: what a corpus holds and loses, or what a pipeline knows."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from spacy.language import Language
from wasabi import msg

from ..attributes import AttributeType, Scheme
from ..corpus.corpus_files import read_corpus
from ..corpus.corpus_inventory import MAX_VALUES, Inventory, inspect_docs
from ..corpus.corpus_overlap import Overlap, find_overlap
from ..encoder.unknown_pieces import unknown_share
from ..formats import Reject
from ..installed import load_model
from ..schema import Schema
from ..training.encoder_choice import find_weights
from ..training.language_fit import check_fit, first_texts, tokens_of
from . import options
from .util import print_table

FAULTS = ("code", "document")


def inspect_cli(
    source: str = Arg(..., help=options.CORPUS + " Or a pipeline"),
    against: Path | None = Opt(
        None, "--against", help="A corpus to be measured on: what of it is in the first?"
    ),
    lost: bool = Opt(
        False, "--lost", help="List the mentions that don't fit the tokens' borders, one by one"
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language of a corpus that isn't tokenised"),
    encoder: str | None = Opt(
        None, "--encoder", help="Encoder: a folder, package or hub's name. What can't it read?"
    ),
    insist: bool = Opt(
        False, "--insist", help="Don't fail for a tokenizer or an encoder of another language"
    ),
    lenient: bool = Opt(
        False, "--lenient", help="List what can't be read, and show the rest; else it is an error"
    ),
) -> None:
    """
    Show a corpus: labels, relations and their arguments, what its tokenisation loses. Or show a
    pipeline: its labels, its schema, its thresholds.
    """
    path = Path(source)
    if path.suffix == ".spacy" or (path.exists() and not (path / "meta.json").exists()):
        nlp = tokens_of(lang)
        rejects: list[Reject] | None = [] if lenient else None
        found = inspect_docs(read_corpus(path, nlp, rejects))
        print_corpus(found)
        print_table("Can't be read", [(r.code, r.where) for r in rejects or ()], FAULTS)
        if lost:
            print_table("Lost mentions", found.places, ("document", "label", "start", "end"))
        if against is not None:
            corpora = (read_corpus(x, nlp, [] if lenient else None) for x in (path, against))
            print_overlap(find_overlap(*corpora))
        unknown = print_fit(found, path, encoder, lang)
        if not insist:
            check_fit(found, unknown, lang, encoder or "MiniLM-L6")
    else:
        print_model(load_model(source))


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
    print_table("Kept apart: mentions can't tell it", sorted(found.untold.items()), ("", "count"))


def print_fit(found: Inventory, path: Path, encoder: str | None, lang: str) -> float:
    """Print what a tokenizer and an encoder lose of a corpus.

    found (Inventory): The corpus in the tokenizer's tokens.
    path (Path): The corpus.
    encoder (str | None): The encoder, None for none.
    lang (str): Code of the texts' language.
    RETURNS (float): The share of wordpieces that the encoder doesn't know, in 0..1.
    """
    lost, held, unknown = found.lost.total(), found.entities.total(), 0.0
    rows = [("mentions that don't fit the tokens", f"{100 * lost / max(1, held):.2f} %")]
    if encoder is not None:
        weights = find_weights(encoder, lang)
        unknown = unknown_share(first_texts(path), weights.tokenizer)
        rows.append(("wordpieces unknown to the encoder", f"{100 * unknown:.2f} %"))
    print_table("Fit to the language", rows, ("", "share"))
    return unknown


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
