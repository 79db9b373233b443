"""`convert`: an annotated corpus into .spacy, or from one format into another."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import spacy
from spacy.cli._util import Arg, Opt
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from tqdm import tqdm
from wasabi import msg

from ..corpus import read_docs
from ..docs import get_lost, to_doc, to_record
from ..formats import Reject, guess_format, read, write
from ..records import Record, spread_concepts
from .corpora import is_stored, set_aside
from .util import clear_errors, find_tokenizer, format_to_write, load_model, print_table


def convert_cli(
    source: Path = Arg(
        ..., help="Corpus: .spacy, JSONL or PubTator file, or brat folder", exists=True
    ),
    target: Path = Arg(
        ..., help="Output: NAME.spacy, NAME.jsonl, NAME.pubtator, or a folder for brat"
    ),
    format: str | None = Opt(
        None,
        "--format",
        "-f",
        help="Format of the input: brat, pubtator, jsonl; guessed if not given",
    ),
    lang: str = Opt("en", "--lang", "-l", help="Language of the tokenizer"),
    model: str | None = Opt(None, "--model", "-m", help="Pipeline whose tokenizer to use instead"),
    tokenizer: str | None = Opt(
        None,
        "--tokenizer",
        "-t",
        help="Registered tokenizer to use instead, such as spacy-clinical.Tokenizer.v1",
    ),
    spread: bool = Opt(
        False, "--spread-concepts", help="Relate all mention pairs of related concepts"
    ),
    lenient: bool = Opt(
        False, "--lenient", help="Set aside what can't be read, in TARGET.failed.jsonl"
    ),
    to: str | None = Opt(None, "--to", help="Format of the output, if its name doesn't tell"),
) -> None:
    """
    Convert an annotated corpus. What the tokenizer can't represent is kept in the output, counted
    here, and counted as missed by the scorers.
    """
    with clear_errors():
        nlp = load_model(model) if model else spacy.blank(lang)
        if tokenizer:
            nlp.tokenizer = find_tokenizer(tokenizer)(nlp)
        done = convert(source, target, nlp, format=format, to=to, spread=spread, lenient=lenient)
        set_aside(target, done.rejects)
        print_table("Left out", sorted(done.left_out.items()), ("", "count"))
        msg.good(f"{done.documents} documents to {target}")
        msg.text(f"{done.mentions} mentions, {done.relations} relations")
        if done.lost_mentions:
            lost = f"{done.lost_mentions} mentions and {done.lost_relations} relations"
            msg.warn(f"{lost} don't fit the tokenizer's borders: stored apart, scored as missed")


@dataclass
class Converted:
    """What a conversion did, in numbers."""

    documents: int = 0
    mentions: int = 0
    relations: int = 0
    lost_mentions: int = 0
    lost_relations: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)


def convert(
    source: Path,
    target: Path,
    nlp: Language,
    *,
    format: str | None = None,
    to: str | None = None,
    spread: bool = False,
    lenient: bool = False,
) -> Converted:
    """Convert a corpus.

    source (Path): What to read.
    target (Path): What to write; written under another name first.
    nlp (Language): Tokenises.
    format (str | None): Format of the input.
    to (str | None): Format of the output, None to go by the target's name.
    spread (bool): Relate all mention pairs of related concepts.
    lenient (bool): Set aside what can't be read or written, and keep PubTator mentions whose text
        differs from the document's. If False an error names all that can't.
    RETURNS (Converted): The counts, with what the format of the target has no place for.
    """
    done = Converted()
    rejects = done.rejects if lenient else None
    if is_stored(source):
        records: Iterable[Record] = (to_record(doc) for doc in read_docs(source, nlp))
    else:
        name = format or guess_format(source)
        options: dict[str, Any] = {"strict": False} if lenient and name == "pubtator" else {}
        records = read(source, name, rejects=rejects, **options)
    if spread:
        records = map(spread_concepts, records)
    counted = _count(tqdm(records, unit=" documents", disable=None), done)
    if to is None and target.suffix == ".spacy":
        _write_docs((to_doc(record, nlp.make_doc) for record in counted), target, done)
    else:
        name = to or format_to_write(target)
        done.documents = write(counted, target, name, left_out=done.left_out, rejects=rejects)
    return done


def _count(records: Iterable[Record], done: Converted) -> Iterator[Record]:
    for record in records:
        done.documents += 1
        done.mentions += len(record.entities)
        done.relations += len(record.relations)
        yield record


def _write_docs(docs: Iterable[Doc], target: Path, done: Converted) -> None:
    store = DocBin()
    for doc in docs:
        lost = get_lost(doc)
        done.lost_mentions += len(lost.mentions)
        done.lost_relations += len(lost.relations)
        store.add(doc)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        store.to_disk(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
