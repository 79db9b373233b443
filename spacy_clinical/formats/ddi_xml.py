"""DDI 2013's XML: documents of sentences, drugs in them, and pairs of drugs that interact or don't.

A document's text are its sentences with an empty line between them, so that no pair is looked for
across two. An entity's `type` (drug, brand, group, drug_n) is its label. A pair that interacts is a
relation labelled by its `type`: mechanism, effect, advise, int; without a type it is "int", which
the corpus says of interactions of which nothing more is told. Other pairs are what models take for
related nowhere, and aren't kept. Offsets count in the sentence, the last character included
("21-30;35-40"); where the texts tell that it isn't (the corpus of 2011, "21-31"), it isn't.
Source: Herrero-Zazo et al. 2013, J Biomed Inform 46(5), doi:10.1016/j.jbi.2013.07.011, with the
guidelines of annotation that come with it.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLParser

from ..records import Entity, Fragments, Record, Relation
from .corpus_listing import file_parts, files_under
from .file_reading import covered_text, located, malformed, text_mismatch
from .format_registry import HEAD
from .rejected_documents import Part, Reject, settle

BETWEEN = "\n\n"
"""Between two sentences."""
UNTYPED = "int"
_SENTENCE = re.compile(r"<document\b[^>]*>\s*<sentence\b[^>]*\stext=")
_OFFSETS = re.compile(r"[0-9]{1,9}-[0-9]{1,9}(?:[;,][0-9]{1,9}-[0-9]{1,9})*")


def holds_ddi_xml(path: Path, head: str) -> bool:
    """RETURNS (bool): Whether a file, or the first one of a folder, begins with sentences."""
    files = files_under(path, ".xml") if path.is_dir() else []
    if files:
        with files[0].open("rb") as file:
            head = file.read(HEAD).decode("utf-8", errors="replace")
    return bool(_SENTENCE.search(head))


def read_ddi_xml(
    path: str | Path, *, strict: bool = True, rejects: list[Reject] | None = None
) -> Iterator[Record]:
    """Stream the documents of a folder.

    path (str | Path): A file, or a folder of files; folders in it are entered.
    strict (bool): Refuse a mention that repeats other text than its offsets cover. If False the
        offsets hold, and the mention's id is listed in `meta["text_mismatches"]`.
    rejects (list[Reject] | None): As for `settle`.
    RETURNS (Iterator[Record]): A Record a document, named by its id.
    """
    root = Path(path)
    files = files_under(root, ".xml") if root.is_dir() else [root]
    parts = (part for file in files for part in file_parts(file, partial(_parts, strict)))
    return settle(parts, rejects)


def _parts(strict: bool, file: Path) -> Iterator[Part[Record]]:
    root = _parse(file)
    found = [root] if root.tag == "document" else root.findall("document")
    if not found:
        raise malformed(str(file), "XML of another kind", "documents of sentences")
    for element in found:
        where = f"{file}, document '{element.get('id', file.stem)}'"
        yield where, partial(_record, element, where, element.get("id", file.stem), strict)


def _parse(file: Path) -> Element:
    data, parser = file.read_bytes(), XMLParser()
    if b"<!ENTITY" in data:
        raise malformed(str(file), "XML that declares entities of its own", "XML without them")
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        raise malformed(f"{file}, line {line}", "what isn't XML", "well-formed XML") from None
    return root


def _record(document: Element, where: str, name: str, strict: bool) -> Record:
    text = ""
    entities: list[Entity] = []
    relations: list[Relation] = []
    mismatches: list[str] = []
    for sentence in document.iter("sentence"):
        text += BETWEEN if text else ""
        read = _Sentence(sentence, where)
        mismatches += read.check(strict=strict)
        entities += read.entities(len(text))
        relations += read.relations()
        text += read.text
    with located(where):
        meta = {"text_mismatches": mismatches} if mismatches else {}
        return Record(name, text, tuple(entities), tuple(relations), meta=meta)


class _Sentence:
    """A sentence and what is annotated in it.

    element (Element): The sentence.
    where (str): Its document, for messages.
    """

    def __init__(self, element: Element, where: str) -> None:
        self.where = where
        self.text = _take(element, "text", where)
        self.mentions = element.findall("entity")
        self.pairs = element.findall("pair")
        pieces = [_pieces(mention, where) for mention in self.mentions]
        given = ["".join(mention.get("text", "").split()) for mention in self.mentions]
        after = max((1, 0), key=lambda after: self._fitting(pieces, given, after))
        self.places = [_with_end(places, after) for places in pieces]

    def _fitting(self, pieces: list[Fragments], given: list[str], after: int) -> int:
        covered = ((self._covered(_with_end(places, after))) for places in pieces)
        return sum(text == other for text, other in zip(covered, given, strict=True))

    def _covered(self, places: Fragments) -> str:
        return "".join("".join(self.text[start:end] for start, end in places).split())

    def check(self, *, strict: bool) -> list[str]:
        """RETURNS (list[str]): Ids of mentions that repeat other text than they cover."""
        wrong = []
        for mention, places in zip(self.mentions, self.places, strict=True):
            given, id = mention.get("text"), _take(mention, "id", self.where)
            if places[0][0] >= places[0][1] or places[-1][1] > len(self.text):
                found = f"the mention '{id}' beyond its sentence of {len(self.text)} characters"
                raise malformed(self.where, found, "offsets in the sentence's text")
            if given is None or self._covered(places) == "".join(given.split()):
                continue
            if strict:
                covered = covered_text(self.text, places)
                raise text_mismatch(self.where, id, places, covered, given)
            wrong.append(id)
        return wrong

    def entities(self, start: int) -> Iterator[Entity]:
        """YIELDS (Entity): The mentions, the sentence beginning at an offset in the document."""
        for mention, places in zip(self.mentions, self.places, strict=True):
            moved = tuple((start + first, start + end) for first, end in places)
            yield Entity(mention.attrib["id"], _take(mention, "type", self.where), moved)

    def relations(self) -> Iterator[Relation]:
        """YIELDS (Relation): The pairs that interact."""
        for pair in self.pairs:
            said = (pair.get("ddi") or _take(pair, "interaction", self.where)).lower()
            if said not in ("true", "false"):
                raise malformed(self.where, "a pair that is neither true nor false", "one of them")
            if said == "true":
                head, tail = (_take(pair, key, self.where) for key in ("e1", "e2"))
                yield Relation(head, tail, pair.get("type") or UNTYPED)


def _take(element: Element, key: str, where: str) -> str:
    found = element.get(key)
    if found is None:
        names = {"interaction": "ddi"}
        what = f"no '{names.get(key, key)}' in <{element.tag} id='{element.get('id', '')}'>"
        raise malformed(where, what, "the attributes that the corpus has")
    return found


def _pieces(mention: Element, where: str) -> Fragments:
    """The pieces as they are written: first and last character."""
    offsets = _take(mention, "charOffset", where)
    if not _OFFSETS.fullmatch(offsets):
        found = f"offsets of another form in <entity id='{mention.get('id', '')}'>"
        raise malformed(where, found, "charOffset='FIRST-LAST;FIRST-LAST'")
    pairs = (piece.split("-") for piece in re.split("[;,]", offsets))
    return tuple(sorted((int(first), int(last)) for first, last in pairs))


def _with_end(places: Fragments, after: int) -> Fragments:
    return tuple((first, last + after) for first, last in places)
