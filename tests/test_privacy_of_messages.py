"""No message quotes a note: planted words are looked for in whatever real failures say.

Messages are exceptions with all that they were raised from, log records of every logger at DEBUG,
warnings, and standard output and error. A planted word stands only in texts and in the words that
formats repeat of them.
"""

import logging
import subprocess
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.cli._util import app as spacy_app
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

from spacy_clinical.cli import app
from spacy_clinical.docs import get_lost, get_spans, set_mentions, to_doc, to_record
from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import FhirExporter
from spacy_clinical.formats import FORMATS, read, write
from spacy_clinical.graph import build_graph, write_graph
from spacy_clinical.records import Attribute, Entity, Record, Relation

from . import commands
from .commands import Ran

PLANTED = ("Zebediah", "Quxwort", "99887766")
TEXT = "Zebediah Quxwort\nMRN 99887766: the patient was given Quxwortin for pain-99887766x ."
RECORD = Record(
    "note-1",
    TEXT,
    (
        Entity("T1", "DRUG", ((0, 16),)),
        Entity("T2", "DRUG", ((53, 62),), "D1"),
        Entity("T3", "SIGN", ((67, 81),), "D2"),
        Entity("T4", "DRUG", ((74, 78),)),
    ),
    (Relation("T2", "T3", "TREATS"),),
    (Attribute("T3", "assertion", "present"),),
)
WRITTEN = sorted(name for name in FORMATS if FORMATS[name].write)
FEW = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


def planted_in(message: str) -> list[str]:
    return [word for word in PLANTED if word.casefold() in message.casefold()]


def said_by(error: BaseException) -> str:
    """An exception's whole traceback, with causes and contexts, without our own source lines."""
    told = traceback.TracebackException.from_exception(error)
    lines = list(told.format_exception_only())
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            lines.append(said_by(cause))
    return "".join(lines)


@pytest.fixture()
def all_said(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[[], str]]:
    """Gives all that was logged, warned and printed since the test began."""
    noisy = [logging.getLogger(n) for n in ("spacy", "transformers", "spacy_clinical", "thinc")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield lambda: "\n".join(
            [caplog.text, *(str(w.message) for w in warned), *capfd.readouterr()]
        )
    for logger, level in zip(noisy, levels, strict=True):
        logger.setLevel(level)


def test_the_test_would_notice(all_said: Callable[[], str]) -> None:
    logging.getLogger("spacy_clinical.x").debug("Zebediah")
    warnings.warn("QUXWORT", stacklevel=1)
    print("99887766", file=sys.stderr)  # noqa: T201
    assert planted_in(all_said()) == list(PLANTED)
    try:
        try:
            raise ValueError("Zebediah")
        except ValueError as error:
            raise RuntimeError("no name") from error
    except RuntimeError as error:
        assert planted_in(said_by(error)) == ["Zebediah"]


# Files that were damaged


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The record in each format: file name to content."""
    folder = tmp_path_factory.mktemp("whole")
    plain = Record(RECORD.id, RECORD.text.replace("\n", " "), RECORD.entities)
    found = {}
    for name in WRITTEN:
        path = folder / name
        write([plain if name == "pubtator" else RECORD], path, name, left_out=Counter())
        files = sorted(f for f in path.glob("**/*") if f.is_file()) if path.is_dir() else [path]
        base = path if path.is_dir() else folder
        found[name] = {str(file.relative_to(base)): file.read_bytes() for file in files}
    return found


Damage = tuple[str, int, int]
DAMAGES = st.tuples(
    st.sampled_from(["cut", "repeat", "bytes", "tabs", "newline", "swap"]),
    st.integers(0, 400),
    st.integers(1, 30),
)


def damage(content: bytes, harm: Damage) -> bytes:
    kind, at, length = harm
    at = at % (len(content) + 1)
    head, middle, tail = content[:at], content[at : at + length], content[at + length :]
    if kind == "swap":
        lines = content.split(b"\n")
        i, j = at % len(lines), length % len(lines)
        lines[i], lines[j] = lines[j], lines[i]
        return b"\n".join(lines)
    new = {
        "cut": b"",
        "repeat": middle * 2,
        "bytes": b"\xff",
        "tabs": middle.replace(b"\t", b" "),
        "newline": b"\n" + middle,
    }
    return head + new[kind] + tail


@pytest.mark.parametrize("format", WRITTEN)
@FEW
@given(harms=st.lists(DAMAGES, min_size=1, max_size=3), which=st.integers(0, 9))
@example(harms=[("cut", 0, 20)], which=0)
def test_damaged_files(
    whole: dict[str, dict[str, bytes]],
    tmp_path_factory: pytest.TempPathFactory,
    format: str,
    harms: list[Damage],
    which: int,
) -> None:
    files = dict(whole[format])
    name = sorted(files)[which % len(files)]
    for harm in harms:
        files[name] = damage(files[name], harm)
    folder = tmp_path_factory.mktemp("damaged")
    for file, content in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
    try:
        list(read(folder / name if name == format else folder, format))
    except SpacyClinicalError as error:
        ours = str(error).replace(str(folder), "")
        assert not planted_in(ours)


# What contradicts itself


def test_records_that_contradict_themselves() -> None:
    broken: list[dict[str, Any]] = [
        {"entities": (Entity("T1", "DRUG", ((0, 900),)),)},
        {"entities": (Entity("T1", "DRUG", ((5, 9), (0, 2))),)},
        {"entities": (Entity("T1", "", ((0, 9),)),)},
        {"relations": (Relation("T1", "T9", "TREATS"),)},
        {"attributes": (Attribute("T9", "assertion", "x"),)},
    ]
    for fields in broken:
        with pytest.raises(SpacyClinicalError) as caught:
            Record("note-1", TEXT, **{"entities": RECORD.entities, **fields})
        assert not planted_in(said_by(caught.value))


def test_docs_that_were_tampered_with(all_said: Callable[[], str]) -> None:
    doc = to_doc(RECORD, spacy.blank("en").make_doc)
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
    for ask in (get_spans, to_record):
        with pytest.raises(SpacyClinicalError) as caught:
            ask(doc)
        assert not planted_in(said_by(caught.value))
    assert not planted_in(all_said())


def test_writers_that_refuse(tmp_path: Path) -> None:
    odd = Record("note-1", TEXT + "\n\n\x0b", RECORD.entities, meta={"x": float("nan")})
    for format in WRITTEN:
        try:
            write([odd], tmp_path / format, format)
        except SpacyClinicalError as error:
            assert not planted_in(said_by(error))
    with pytest.raises(SpacyClinicalError) as caught:
        write([odd], tmp_path / "again", "jsonl")
    assert not planted_in(said_by(caught.value))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("meta", [{"date": "Zebediah's birthday"}])
def test_graphs_that_are_refused(meta: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SpacyClinicalError) as caught:
        build_graph([Record("note-1", TEXT, RECORD.entities, meta=meta)])
    assert not planted_in(said_by(caught.value))
    odd = Record("note\x01", TEXT, RECORD.entities)
    with pytest.raises(SpacyClinicalError) as caught:
        write_graph(build_graph([odd], keep_text=True), tmp_path / "g.graphml")
    assert not planted_in(said_by(caught.value))
    assert not list(tmp_path.iterdir())


# Pipelines


def long_text() -> str:
    """More wordpieces than the encoder has positions, and a word without an end."""
    return f"{TEXT} " * 12 + "99887766" * 60 + "\n" * 50


def test_training_and_prediction_say_nothing(
    tiny_nlp: Language, all_said: Callable[[], str], tmp_path: Path
) -> None:
    nlp = tiny_nlp
    docs = [to_doc(RECORD, nlp.make_doc) for _ in range(4)]
    assert all(get_lost(doc).mentions for doc in docs)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.update(examples, sgd=nlp.create_optimizer())
    nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in docs])
    list(nlp.pipe([TEXT, long_text(), "", "\n"]))
    nlp.to_disk(tmp_path / "model")
    assert not planted_in(all_said())


def test_a_label_that_came_late(tiny_nlp: Language, all_said: Callable[[], str]) -> None:
    odd = Record("n", TEXT, (Entity("T1", "LATE", ((0, 16),)),))
    doc = to_doc(odd, tiny_nlp.make_doc)
    with pytest.raises(SpacyClinicalError) as caught:
        tiny_nlp.update([Example(tiny_nlp.make_doc(doc.text), doc)])
    assert not planted_in(said_by(caught.value) + all_said())


def test_a_component_without_its_encoder(
    tiny_nlp: Language, all_said: Callable[[], str], tmp_path: Path
) -> None:
    tiny_nlp.to_disk(tmp_path)
    nlp = spacy.load(tmp_path, disable=["transformer"])
    with pytest.raises(SpacyClinicalError) as caught:
        nlp(TEXT)
    assert not planted_in(said_by(caught.value) + all_said())


# Commands


def quote_the_note(doc: Doc) -> Doc:
    """A component of somebody else's, whose error quotes the note."""
    if "Quxwort" in doc.text:
        raise ValueError(f"can't read {doc.text}")
    set_mentions(doc, [])
    return doc


Language.component("test_quote_the_note", func=quote_the_note)


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_quote_the_note")
    folder = tmp_path_factory.mktemp("talkative") / "model"
    nlp.to_disk(folder)
    return folder


@pytest.fixture()
def notes(tmp_path: Path) -> Path:
    write([RECORD, Record("note-2", "No pain .")], tmp_path / "notes.jsonl", "jsonl")
    return tmp_path / "notes.jsonl"


def run(*args: object) -> Ran:
    return commands.run(app, *args)


def test_annotate_sets_a_failing_note_aside(
    talkative: Path, notes: Path, tmp_path: Path, all_said: Callable[[], str]
) -> None:
    result = run("annotate", talkative, notes, tmp_path / "out.jsonl")
    assert result.exit_code == 0
    assert "1 SC518" in result.output
    assert not planted_in(result.output + all_said())
    failed = (tmp_path / "out.jsonl.failed.jsonl").read_text()
    assert "note-1" in failed
    assert not planted_in(failed)
    written = "".join(p.read_text() for p in tmp_path.glob("out*") if "jsonl" in p.name)
    assert "note-2" in written
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "n", "text": "Zebediah Quxwort"',
        '{"id": "n", "text": "Zebediah", "entities": "Quxwort"}',
        '{"id": "n", "text": "Zebediah", "entities": [{"label": "X", "start": 3, "end": 2}]}',
        '{"id": "n", "text": ["Zebediah"]}',
        '"Zebediah 99887766"',
        "Zebediah 99887766",
        "\\x00Zebediah",
    ],
)
@pytest.mark.parametrize("command", ["convert", "graph"])
def test_commands_that_read_a_broken_line(
    line: str, command: str, tmp_path: Path, all_said: Callable[[], str]
) -> None:
    (tmp_path / "in.jsonl").write_text(line + "\n")
    before = ["graph", "build"] if command == "graph" else ["convert"]
    target = "out.json" if command == "graph" else "out.spacy"
    result = run(*before, tmp_path / "in.jsonl", tmp_path / target)
    assert result.exit_code == 1
    assert "[SC" in result.output
    assert not planted_in(result.output + all_said())
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_commands_that_read_a_broken_store(tmp_path: Path, all_said: Callable[[], str]) -> None:
    doc = to_doc(RECORD, spacy.blank("en").make_doc)
    content = DocBin(docs=[doc]).to_bytes()
    (tmp_path / "half.spacy").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.spacy").write_text(TEXT)
    for name in ("half.spacy", "text.spacy"):
        result = run("inspect", tmp_path / name)
        assert result.exit_code == 1
        assert "[SC403]" in result.output
        assert not planted_in(result.output + all_said())


@pytest.mark.parametrize("to", ["csv", "omop", "fhir-bundles"])
def test_exports_say_nothing(
    to: str, notes: Path, tmp_path: Path, all_said: Callable[[], str]
) -> None:
    if to.startswith("fhir"):
        pytest.importorskip("fhir.resources")
    result = run("export", notes, tmp_path / "out", "--to", to)
    assert result.exit_code == 0
    assert not planted_in(result.output + all_said())
    assert planted_in("".join(p.read_text() for p in (tmp_path / "out").rglob("*.*")))


def test_a_resource_that_is_not_valid() -> None:
    pytest.importorskip("fhir.resources")
    resource = {"resourceType": "Condition", "id": "c1", "recordedDate": TEXT, "note": [TEXT]}
    with pytest.raises(SpacyClinicalError, match="SC754") as caught:
        FhirExporter(ExportSettings("system", "1", "2024-01-01T00:00:00+00:00")).dump(resource)
    assert "recordedDate" in str(caught.value)
    assert not planted_in("".join(traceback.format_exception_only(caught.value)))


CRASH = """
import sys
import spacy_clinical.cli.graph as graph
from spacy.cli._util import setup_cli

def crash(graph, target):
    raise RuntimeError("a defect of ours")

graph.write_graph = crash
sys.argv = ["spacy", "clinical", "graph", "build", sys.argv[1], sys.argv[2], "--keep-text"]
setup_cli()
"""


def test_a_defect_shows_no_variables(notes: Path, tmp_path: Path) -> None:
    """spaCy's program prints tracebacks; old typers print their variables too."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, notes, tmp_path / "out.json"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "a defect of ours" in done.stderr
    assert not planted_in(done.stderr + done.stdout)
    assert spacy_app.pretty_exceptions_show_locals is False
