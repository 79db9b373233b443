"""Sound corpora and notes of every format, in the pieces that may be damaged."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import spacy
from spacy.tokens import DocBin

from spacy_clinical.batch.note_formats.html_to_text import html_to_text
from spacy_clinical.batch.note_reader import Notes
from spacy_clinical.corpus.corpus_files import read_corpus
from spacy_clinical.docs import to_doc
from spacy_clinical.formats import FORMATS, Reject, read, write
from spacy_clinical.records import Attribute, Entity, Record, Relation

Found = list[tuple[str, str]]  # ids and texts


@dataclass
class Outcome:
    """What reading gave.

    found (Found): Documents or notes, by their ids.
    told (int): How many things were named or counted as not read.
    """

    found: Found = field(default_factory=list)
    told: int = 0


@dataclass
class Seed:
    """A sound corpus.

    name (str): Of the format.
    files (dict[str, list[bytes]]): Path to the pieces that the file is joined of, one a document,
        of a folder of tables a line, whose first cell names the document.
    glue (bytes): Stands between pieces.
    folder (bool): Whether the folder is read, or its only file.
    apart (bool): Whether damage to one document must leave the others as they are.
    read (Callable): Path to outcome.
    runs_on (bool): Whether a damaged document without its head belongs to the one before, which may
        then be told of too.
    """

    name: str
    files: dict[str, list[bytes]]
    read: Callable[[Path], Outcome]
    glue: bytes = b""
    folder: bool = False
    apart: bool = False
    runs_on: bool = False

    def put(self, folder: Path) -> Path:
        """Write it. RETURNS (Path): What is to be read."""
        for name, pieces in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(self.glue.join(pieces))
        return folder if self.folder else folder / next(iter(self.files))


TEXTS = (
    "Metformin 500 mg for type 2 diabetes.\nNo rash.",
    "Father had gout; denies f\xe9ver \U0001f600 after aspirin.",
    "X-ray: no effusion.",
)


def make_record(number: int) -> Record:
    text = TEXTS[number]
    words = [(0, text.index(" ")), (text.index("no") if "no" in text else 7, 10)]
    spans = [(start, end) for start, end in words if start < end]
    entities = tuple(Entity(f"T{n}", f"L{n % 2}", (span,)) for n, span in enumerate(spans, 1))
    said = (Attribute("T1", "assertion", "absent"),)
    related = (Relation("T1", "T2", "TREATS"),) if len(entities) > 1 else ()
    return Record(f"100{number}", text, entities, related, said)


NLP = spacy.blank("en")
RECORDS = tuple(make_record(number) for number in range(len(TEXTS)))
LINES = ("jsonl", "doccano", "prodigy", "pubannotation")
FOLDERS = ("brat", "i2b2_2010", "i2b2_xml", "webanno", "cas_xmi", "cas_json", "drugprot")
NAMES = {
    "pubtator": "x.pubtator",
    "conll": "x.conll",
    "bioc_xml": "x.bioc.xml",
    "bioc_json": "x.bioc.json",
    "label_studio": "x.labelstudio.json",
    "radgraph": "x.radgraph.json",
    **{name: "x.jsonl" for name in LINES},
}


def _reader(name: str) -> Callable[[Path], Outcome]:
    def run(path: Path) -> Outcome:
        left_out: Counter[str] = Counter()
        rejects: list[Reject] = []
        records = read(path, name, left_out=left_out, rejects=rejects)
        found = [(record.id, record.text) for record in records]
        return Outcome(found, len(rejects) + sum(left_out.values()))

    return run


def _tame(record: Record, name: str) -> Record:
    """Leave the line ends away for formats that write them otherwise."""
    return replace(record, text=record.text.replace("\n", " "))


def corpora(scratch: Path) -> Iterator[Seed]:
    """Make a seed of each corpus format.

    scratch (Path): A folder to write in.
    """
    for name, format in FORMATS.items():
        if format.write is None:
            continue
        folder = name in FOLDERS
        target = scratch / name / ("x" if folder else NAMES[name])
        target.parent.mkdir(parents=True)
        write([_tame(r, name) for r in RECORDS], target, name, left_out=Counter())
        paths = sorted(path for path in target.rglob("*") if path.is_file()) or [target]
        root = target if folder else target.parent
        files = {path.relative_to(root).as_posix(): [path.read_bytes()] for path in paths}
        seed = Seed(name, files, _reader(name), folder=folder, apart=folder)
        if name in LINES or name == "pubtator":
            (key, (data,)) = next(iter(files.items()))
            seed.glue = b"\n\n" if name == "pubtator" else b"\n"
            seed.files = {key: [part for part in data.split(seed.glue) if part.strip()]}
            seed.apart = True
        if name == "drugprot":
            seed.glue = b"\n"
            seed.files = {key: data.splitlines() for key, (data,) in files.items()}
        yield seed
    yield Seed("medcattrainer", {"x.json": [MEDCAT]}, _reader("medcattrainer"))
    stored = DocBin(docs=[to_doc(record, NLP.make_doc) for record in RECORDS]).to_bytes()
    yield Seed("spacy", {"x.spacy": [stored]}, _read_stored)


def _read_stored(path: Path) -> Outcome:
    docs = list(read_corpus(path, NLP))
    return Outcome([("", doc.text) for doc in docs])


MEDCAT = json.dumps({"projects": [{"id": 3, "name": "A", "documents": [{
    "id": 7, "name": "n7", "text": TEXTS[2], "relations": [],
    "annotations": [{"id": 1, "cui": "1", "value": "X-ray", "start": 0, "end": 5, "validated": True,
                     "correct": True, "deleted": False, "killed": False, "user": "a",
                     "meta_anns": [{"name": "S", "value": "P", "validated": True}]}],
}]}]}).encode()  # fmt: skip


def _notes(kind: str | None = None) -> Callable[[Path], Outcome]:
    def run(path: Path) -> Outcome:
        notes = Notes([path], kind)
        found = list(notes)
        sound = [(note.id, note.text) for note in found if not note.fault]
        return Outcome(sound, len(found) - len(sound) + sum(notes.passed_over.values()))

    return run


def _markup(path: Path) -> Outcome:
    return Outcome([("x", html_to_text(path.read_bytes().decode("utf-8", "replace")))])


def hl7(number: int) -> bytes:
    text = TEXTS[number].replace("\n", "\\.br\\").replace("\xe9", "\\XC3A9\\")
    return "\r".join((
        rf"MSH|^~\&|A|B|C|D|20240101||ORU^R01|M{number}|P|2.5||||||UNICODE UTF-8",
        f"PID|1||P{number}^^^W^MR", "PV1|1|I", "OBR|1||F1|71020^X-ray|||20240101",
        f"OBX|1|TX|A^B||{text}~More \\T\\ more.||||||F",
        "OBX|2|ED|A^B||^text^plain^Base64^TW9yZS4=",
    )).encode() + b"\r"  # fmt: skip


def cda(number: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
        f'<id extension="D{number}"/><effectiveTime value="20240101"/><component><structuredBody>'
        f"<component><section><title>Plan</title><text><paragraph>{TEXTS[number]}</paragraph><table>"
        "<tr><td>a</td><td>b</td></tr></table><list><item>c</item></list></text></section>"
        "</component></structuredBody></component></ClinicalDocument>"
    ).encode()


def fhir(number: int) -> bytes:
    data = base64.b64encode(TEXTS[number].encode()).decode()
    return json.dumps({
        "resourceType": "DocumentReference", "id": f"d{number}", "status": "current",
        "subject": {"reference": "Patient/1"}, "context": {"period": {"start": "2024-01-01"}},
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data}}],
    }).encode()  # fmt: skip


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}\f0 No {\deleted old }rash.\par"
    rb"{\v hid}\'e9 \u8364?{\field{\*\fldinst{HYPERLINK x}}{\fldrslt y}}}"
)
HTML = b"<html><body><p>No rash.</p><table><tr><td>a<td>b</table><pre>x\n y</pre><del>old</del>"


def notes() -> Iterator[Seed]:
    """Make a seed of each kind of notes."""
    numbers = range(len(TEXTS))
    texts = {f"{n}.txt": [TEXTS[n].encode()] for n in numbers}
    yield Seed("txt", texts, _notes(), folder=True, apart=True)
    yield Seed("rtf", {f"{n}.rtf": [RTF] for n in numbers}, _notes(), folder=True, apart=True)
    rows = [json.dumps({"id": f"n{n}", "text": TEXTS[n], "ward": [n]}).encode() for n in numbers]
    yield Seed("notes_jsonl", {"x.jsonl": rows}, _notes(), b"\n", apart=True)
    table = b'id,text,ward\r\n1,"No rash, ""none"".",A\r\n2,Fever.,B\r\n'
    yield Seed("csv", {"x.csv": [table]}, _notes())
    yield Seed("tsv", {"x.tsv": [table.replace(b",", b"\t")]}, _notes())
    yield Seed("hl7", {"x.hl7": [hl7(n) for n in numbers]}, _notes(), apart=True, runs_on=True)
    files = {f"{n}.xml": [cda(n)] for n in numbers}
    yield Seed("cda", {"x.xml": [cda(0)]}, _notes())
    yield Seed("cda_folder", files, _notes(), folder=True, apart=True)
    yield Seed("fhir", {"x.ndjson": [fhir(n) for n in numbers]}, _notes("fhir"), b"\n", apart=True)
    yield Seed("html", {"x.html": [HTML]}, _markup)
    bundle = b'{"resourceType":"Bundle","entry":[' + b",".join(
        b'{"resource":' + fhir(n) + b"}" for n in numbers) + b"]}"  # fmt: skip
    yield Seed("fhir_bundle", {"x.json": [bundle]}, _notes())


def all_seeds(scratch: Path) -> list[Seed]:
    """RETURNS (list[Seed]): All of them, of corpora and notes."""
    return [*corpora(scratch), *notes()]
