"""Both databases: the tables of `parquet`, keys, what is written again, what fails."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import srsly
from spacy.tokens import Doc

from spacy_clinical.cli import app
from spacy_clinical.errors import SpacyClinicalError
from spacy_clinical.exports.database.tables import TABLES, clean
from spacy_clinical.exports.database.writing import write_duckdb, write_postgres
from spacy_clinical.exports.document_facts import read_facts
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.flat_tables import COLUMNS, table_rows

from ...commands import run
from .conftest import PASSWORD, Server
from .samples import CDM, SETTINGS, TEXT, note

Write = Callable[[list[Doc], ExportSettings], Any]
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Write, Ask]:
    """A way to write to a database of this test's, and one to ask it."""
    if request.param == "postgres":
        server: Server = request.getfixturevalue("server")

        def send(docs: list[Doc], settings: ExportSettings) -> Any:
            (tmp_path / "receipt.json").unlink(missing_ok=True)
            settings = replace(settings, database=server.address())
            return write_postgres(docs, tmp_path / "receipt.json", settings)

        return send, server.ask
    duckdb = pytest.importorskip("duckdb")
    path, new = tmp_path / "facts.duckdb", tmp_path / "new.duckdb"

    def add(docs: list[Doc], settings: ExportSettings) -> Any:
        try:
            found = write_duckdb(docs, new, replace(settings, into=path))
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        return found

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(path)) as connection:
            return list(connection.execute(statement).fetchall())

    return add, ask


def everything(ask: Ask) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: sorted(
            ask(f"SELECT {', '.join(_q(c) for c in table.columns)} FROM {table.name}")
        )
        for table in TABLES
    }


def _q(name: str) -> str:
    return f'"{name}"'


def test_the_rows_are_those_of_the_tables(database: tuple[Write, Ask]) -> None:
    write, ask = database
    docs = [note("a"), note("b", 1, kind="consult")]
    assert not write(docs, SETTINGS)
    for name, columns in COLUMNS.items():
        wanted = [
            row for doc in docs for row in table_rows(read_facts(doc, SETTINGS), SETTINGS)[name]
        ]
        found = ask(f"SELECT {', '.join(map(_q, columns))} FROM {name} ORDER BY 1, 2")
        assert [dict(zip(columns, row, strict=True)) for row in found] == wanted
    assert {row[0] for row in ask("SELECT model FROM mentions")} == {SETTINGS.model}


def test_writing_again_changes_nothing(database: tuple[Write, Ask]) -> None:
    write, ask = database
    docs = [note("a"), note("b")]
    write(docs, SETTINGS)
    before = everything(ask)
    write(docs[::-1], SETTINGS)
    assert everything(ask) == before
    assert [len(rows) for rows in before.values()] == [2, 6, 2]


def test_a_schema_is_made_unless_it_is_there(database: tuple[Write, Ask]) -> None:
    write, ask = database
    for docs in ([note("a")], [note("a"), note("b")]):
        write(docs, replace(SETTINGS, schema="of notes"))
    assert ask('SELECT document FROM "of notes".documents ORDER BY 1') == [("a",), ("b",)]


def test_a_schema_that_is_there_needs_no_right_to_make_one(server: Server, tmp_path: Path) -> None:
    with server.connect() as connection:
        connection.execute(f"CREATE ROLE writer LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE SCHEMA given AUTHORIZATION writer")
    address = server.address().replace("clinical:", "writer:")
    settings = replace(SETTINGS, database=address, schema="given")
    write_postgres([note("a")], tmp_path / "receipt.json", settings)
    assert server.ask("SELECT document FROM given.documents") == [("a",)]
    with pytest.raises(SpacyClinicalError, match=r"SC957.*InsufficientPrivilege"):
        write_postgres([note("a")], tmp_path / "other.json", replace(settings, schema="others"))


def test_a_changed_note_is_replaced_and_others_stay(database: tuple[Write, Ask]) -> None:
    write, ask = database
    write([note("a"), note("b")], SETTINGS)
    write([note("a", 1)], SETTINGS)
    found = everything(ask)
    counted = ask("SELECT document, count(*) FROM mentions GROUP BY 1 ORDER BY 1")
    assert counted == [("a", 1), ("b", 3)]
    assert [row[0] for row in found["relations"]] == ["b"]


def test_another_model_stands_beside(database: tuple[Write, Ask]) -> None:
    write, ask = database
    write([note("a")], SETTINGS)
    write([note("a", 1)], replace(SETTINGS, model="cd" * 16))
    assert ask("SELECT count(*) FROM documents") == [(2,)]
    assert ask("SELECT model, count(*) FROM mentions GROUP BY 1 ORDER BY 1") == [
        ("ab" * 16, 3),
        ("cd" * 16, 1),
    ]


def test_keys_hold(database: tuple[Write, Ask]) -> None:
    write, ask = database
    write([note("a")], SETTINGS)
    for statement in (
        "INSERT INTO documents (document, model) SELECT document, model FROM documents",
        "INSERT INTO mentions (document, model, mention) VALUES ('nobody', 'x', 0)",
        "INSERT INTO mentions (document, mention) VALUES ('a', 9)",
    ):
        with pytest.raises(Exception, match=r"(?i)constraint|null"):
            ask(statement)


def test_many_and_odd_notes(database: tuple[Write, Ask]) -> None:
    """More than are sent together; quotes, tabs, backslashes, other scripts, NUL, one id
    twice: the last counts."""
    write, ask = database
    odd = ["it's", 'a "b"', "tab\tend", "back\\slash\\N", "😀é", "nul\x00", "", "$1 %s ?"]
    docs = [note(f"n{i}", 0, text=x, kind=x.replace("\x00", "")) for i, x in enumerate(odd)]
    docs += [note(f"m{i}", 1) for i in range(520)] + [note("m0", 3)]
    write(docs, SETTINGS)
    assert ask("SELECT count(*) FROM documents") == [(len(odd) + 520,)]
    assert ask("SELECT count(*) FROM mentions WHERE document = 'm0'") == [(3,)]
    found = dict(ask("SELECT document, text FROM documents WHERE document LIKE 'n%'"))
    assert [found[f"n{i}"] for i in range(len(odd))] == [clean(x) for x in odd]


def test_what_fails_leaves_all_as_it_was(database: tuple[Write, Ask]) -> None:
    write, ask = database
    write([note("a")], SETTINGS)
    before = everything(ask)

    def docs() -> Any:
        yield from [note(f"n{i}") for i in range(510)]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(docs(), SETTINGS)
    assert everything(ask) == before


def test_texts_keep_their_length() -> None:
    for text in ("plain", "é😀", "nul\x00 \ud83d end"):
        assert len(clean(text)) == len(text)
        clean(text).encode()


# OMOP


@pytest.fixture()
def cdm(
    database: tuple[Write, Ask], request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Write, Ask]:
    write, ask = database
    if "postgres" in request.node.name:
        server: Server = request.getfixturevalue("server")
        with server.connect() as connection:
            connection.execute("CREATE SCHEMA cdm")
            connection.execute(CDM.format("cdm."))
        settings = {"schema": "cdm", "omop": True, "language": "en"}
    else:
        import duckdb

        with duckdb.connect(str(tmp_path / "facts.duckdb")) as connection:
            connection.execute("CREATE SCHEMA cdm")
            connection.execute(CDM.format("cdm."))
        settings = {"schema": "cdm", "omop": True, "language": "en"}

    def send(docs: list[Doc], given: ExportSettings = SETTINGS) -> Any:
        return write(docs, replace(given, **settings))  # type: ignore[arg-type]

    return send, ask


def test_a_cdm(cdm: tuple[Any, Ask]) -> None:
    write, ask = cdm
    docs = [note("7", person_id="1", date="2026-01-01"), note("8", person_id="2"), note("9", 1)]
    columns = "note_id, person_id, note_date, note_type_concept_id, note_class_concept_id"
    there = f"({columns}, note_text, encoding_concept_id, language_concept_id) VALUES"
    row = "(9, 2, DATE '2025-01-01', 0, 0, 'there', 0, 0)"
    ask(f"INSERT INTO cdm.note {there} {row} RETURNING 1")
    left_out = write(docs)
    assert left_out == {"notes that aren't in NOTE and have no person_id and date: no row": 1}
    assert ask("SELECT note_id, person_id, note_text FROM cdm.note ORDER BY 1") == [
        (7, 1, TEXT),
        (9, 2, "there"),
    ]
    columns = 'note_nlp_id, note_id, "offset", lexical_variant, term_exists'
    rows = ask(f"SELECT {columns} FROM cdm.note_nlp")
    assert sorted(rows) == [
        (1, 7, "19", "aspirin", "Y"),
        (2, 7, "31", "pain", "Y"),
        (3, 7, "49", "fever", "N"),
        (4, 9, "19", "aspirin", "Y"),
    ]
    ((system,),) = ask("SELECT DISTINCT nlp_system FROM cdm.note_nlp")
    assert system == f"en_x 1.0 {SETTINGS.model}"


def test_a_cdm_written_again(cdm: tuple[Any, Ask]) -> None:
    write, ask = cdm
    docs = [note("7", person_id="1", date="2026-01-01")]
    write(docs)
    write(docs, replace(SETTINGS, model="cd" * 16))
    write([note("7", 1, person_id="1", date="2026-01-01")])
    counted = ask("SELECT nlp_system, count(*) FROM cdm.note_nlp GROUP BY 1 ORDER BY 1")
    assert counted == [("en_x 1.0 " + "ab" * 16, 1), ("en_x 1.0 " + "cd" * 16, 3)]
    assert ask("SELECT count(*), count(DISTINCT note_nlp_id) FROM cdm.note_nlp") == [(4, 4)]
    assert ask("SELECT count(*) FROM cdm.note") == [(1,)]


def test_no_cdm(database: tuple[Write, Ask]) -> None:
    write, _ = database
    with pytest.raises(SpacyClinicalError, match=r"SC958.*note.*the whole table"):
        write([note("7")], replace(SETTINGS, omop=True))


# Failures


def test_no_password_and_no_word_in_errors(server: Server, tmp_path: Path, capfd: Any) -> None:
    wrong = server.address("Zebediah-password")
    addresses = [
        wrong,
        wrong.replace(f":{server.port}", ":1"),
        f"postgres://clinical:{PASSWORD}@127.0.0.1:{server.port}/nothing",
        f"postgres://clinical:{PASSWORD}@127.0.0.1:no-port/x?y=z",
        f"postgresql://clinical:{PASSWORD}@[::1/x",
    ]
    for address in addresses:
        with pytest.raises(SpacyClinicalError, match="SC957") as caught:
            write_postgres([note("a")], tmp_path / "r.json", replace(SETTINGS, database=address))
        error: BaseException | None = caught.value
        while error is not None:
            assert not any(x in str(error) for x in ("Zebediah", "Quxwort", "127.0.0.1"))
            error = error.__cause__
        assert caught.value.__suppress_context__
    assert not (tmp_path / "r.json").exists()
    said = "".join(capfd.readouterr())
    assert PASSWORD not in said and "Zebediah" not in said


def test_a_row_that_the_server_refuses_isnt_quoted(server: Server, tmp_path: Path) -> None:
    with server.connect() as connection:
        connection.execute("CREATE TABLE documents (document text, model text)")
    settings = replace(SETTINGS, database=server.address())
    with pytest.raises(SpacyClinicalError, match=r"SC957.*SQLSTATE") as caught:
        write_postgres([note("Zebediah")], tmp_path / "r.json", settings)
    assert "Zebediah" not in str(caught.value)


def test_a_duckdb_file_that_is_none_or_open(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    path = tmp_path / "facts.duckdb"
    path.write_bytes(b"Zebediah" * 1000)
    with pytest.raises(SpacyClinicalError, match="SC957") as caught:
        write_duckdb([note("a")], tmp_path / "n.duckdb", replace(SETTINGS, into=path))
    assert "Zebediah" not in str(caught.value)
    (tmp_path / "facts.duckdb.wal").write_bytes(b"")
    with pytest.raises(SpacyClinicalError, match="SC956"):
        write_duckdb([note("a")], tmp_path / "n.duckdb", replace(SETTINGS, into=path))


# The commands


@pytest.fixture()
def files(tmp_path: Path) -> Path:
    import spacy

    from ...cli import fakes  # noqa: F401

    nlp = spacy.blank("en")
    nlp.add_pipe("test_find_words")
    nlp.to_disk(tmp_path / "model")
    rows = [{"id": str(i), "text": "No rash after aspirin ."} for i in range(3)]
    srsly.write_jsonl(tmp_path / "notes.jsonl", rows)
    return tmp_path


def test_annotate_to_duckdb_adds_to_the_file(files: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    target = files / "facts.duckdb"
    base = ["annotate", files / "model", files / "notes.jsonl", target, "--to", "duckdb"]
    for _ in range(2):
        done = run(app, *base)
        assert done.exit_code == 0, done.output
    srsly.write_jsonl(files / "notes.jsonl", [{"id": "9", "text": "Fever ."}])
    assert run(app, *base).exit_code == 0
    with duckdb.connect(str(target)) as connection:
        found = connection.execute(
            "SELECT document, mentions, model FROM documents ORDER BY 1"
        ).fetchall()
    assert [row[:2] for row in found] == [("0", 2), ("1", 2), ("2", 2), ("9", 1)]
    assert all(len(row[2]) == 32 for row in found)
    done = run(app, *base, "--omop")
    assert done.exit_code == 1 and "SC958" in done.output


def test_annotate_to_a_server(files: Path, server: Server) -> None:
    receipt = files / "receipt.json"
    base = ["annotate", files / "model", files / "notes.jsonl", receipt, "--to", server.address()]
    done = run(app, *base, "--schema", "public")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert server.ask("SELECT count(*) FROM mentions") == [(6,)]
    content = json.loads(receipt.read_text())
    assert content["documents"] == 3 and PASSWORD not in str(content)
    assert run(app, *base, "--force").exit_code == 0
    assert server.ask("SELECT count(*) FROM mentions") == [(6,)]
    other = ["export", files / "notes.jsonl", files / "r2.json", "--to", server.address("wrong")]
    done = run(app, *other)
    assert done.exit_code == 1 and "SC957" in done.output and "wrong@" not in done.output
    assert not [path for path in files.rglob("*") if PASSWORD.encode() in _read(path)]


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
