"""`ask`: questions over a patient's notes, answered with quotes or not at all."""

from pathlib import Path

import typer
from spacy.cli._util import Arg, Opt

from ..batch.note_reader import texts_by_id
from ..errors import CommandError, Errors
from ..note import unread_notes
from ..questions import question_files
from ..questions.answer import answer_table
from ..result_tables import Message
from . import options
from .util import app, counted, print_results


@app.command("ask", writes=["output"])
def ask_cli(
    graph: options.Graph,
    question: str = Arg("", help='Such as "What dose of metformin does she take?"'),
    patient: str = Opt("", "--patient", "-p", help="Whose notes"),
    notes: options.QuotedNotes = None,
    kb: options.ConceptBase = None,
    encoder: str = Opt("", help="Sentence vectors: a package or folder with weights"),
    reader: str = Opt("", help="A pipeline with clinical_qa: reads what the graph doesn't answer"),
    batch: Path | None = Opt(None, "--batch", "-b", help="JSONL of `question` and `patient`"),
    output: Path | None = Opt(None, "--output", "-o", help="Write answers to NAME.jsonl"),
    as_json: bool = Opt(False, "--json", help="Print answers as JSON"),
    roles: options.LabelRoles = None,
    require: bool = Opt(False, "--require-answer", help="Exit with 3 if there is no answer"),
    force: options.Force = False,
) -> None:
    """Ask a patient's notes: rows with quotes that equal the notes' characters, what was left out,
    or "not in these notes". Nothing is generated."""
    if bool(question) == bool(batch):
        raise CommandError(Errors.SC971)
    texts, unread = texts_by_id(notes)
    for message in unread_notes(unread):
        typer.echo(message, err=True)  # what is printed as JSON stays JSON
    asker = question_files.open_asker(graph, texts, kb, encoder, reader, roles)
    if batch is None:
        answers = [asker(question, patient)]
    else:
        answers = list(question_files.answer_all(asker, batch, patient, progress=None))
    if output is not None:
        question_files.write_answers(answers, output)
        print_results(f"{counted(len(answers), 'answer')} in {output}")
    elif as_json:
        print(*map(question_files.answer_line, answers), sep="\n")
    else:
        print_results(map(answer_table, answers))
    missing = [answer for answer in answers if answer.abstained]
    if missing and require:
        print_results(Message(Errors.SC964.format(status=missing[0].status), "fail"))
        raise SystemExit(3)
