"""`ask`: questions over a patient's notes, answered with quotes or not at all."""

import json
from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.note_reader import texts_by_id
from ..errors import CommandError, Errors
from ..files import check_outputs
from ..graph import read_roles
from ..installed import load_model
from ..knowledge.terminology_bases import open_base
from ..questions import Asker
from ..questions.answer import answer_table
from ..questions.note_reading import NoteReader
from ..questions.question_files import answer_all, read_questions, write_answers
from ..questions.sentence_vectors import find_vectors
from . import options
from .util import print_tables

UNANSWERED = 3  # exit code of --require-answer


def ask_cli(
    graph: options.Graph,
    question: str = Arg("", help='Such as "What dose of metformin does she take?"'),
    patient: str = Opt("", "--patient", "-p", help="Whose notes"),
    notes: options.QuotedNotes = None,
    kb: options.ConceptBase = None,
    encoder: str = Opt("", "--encoder", help="Sentence vectors: a package or folder with weights"),
    reader: str = Opt(
        "", "--reader", help="A pipeline with clinical_qa: reads what the graph doesn't answer"
    ),
    batch: Path | None = Opt(None, "--batch", "-b", help="JSONL of `question` and `patient`"),
    output: Path | None = Opt(None, "--output", "-o", help="Write answers to NAME.jsonl"),
    as_json: bool = Opt(False, "--json", help="Print answers as JSON"),
    roles: options.LabelRoles = None,
    require: bool = Opt(False, "--require-answer", help="Exit with 3 if there is no answer"),
    force: options.Force = False,
) -> None:
    """
    Ask a patient's notes: rows with quotes that equal the notes' characters, what was left out, or
    "not in these notes". Nothing is generated.
    """
    check_outputs(output, force=force, sources=[graph, notes, kb, batch, roles])
    if bool(question) == bool(batch):
        raise CommandError(Errors.SC971)
    texts, vectors = texts_by_id(notes), find_vectors(encoder)
    asker = Asker(
        graph,
        texts,
        kb=open_base(kb),
        vectors=vectors,
        reader=NoteReader(load_model(reader), vectors=vectors) if reader else None,
        roles=read_roles(roles),
    )
    if batch is None:
        answers = [asker(question, patient)]
    else:
        answers = list(answer_all(asker, read_questions(batch), patient, progress=None))
    if output is not None:
        write_answers(answers, output)
        msg.good(f"{len(answers)} answers in {output}")
    elif as_json:
        for answer in answers:
            print(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        print_tables(map(answer_table, answers))
    missing = [answer for answer in answers if answer.abstained]
    if missing and require:
        msg.fail(Errors.SC964.format(status=missing[0].status))
        raise SystemExit(UNANSWERED)
