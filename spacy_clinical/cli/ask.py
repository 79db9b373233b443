"""`ask`: questions over a patient's notes, answered with quotes or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..batch.note_reader import read_notes
from ..encoder.weights import EncoderWeights
from ..errors import AskError, CommandError, Errors
from ..files import check_outputs
from ..graph import ROLES, read_roles
from ..installed import load_model
from ..knowledge.knowledge_base import KnowledgeBase
from ..questions import Answer, Asker
from ..questions.note_reading import NoteReader
from ..questions.question_files import read_questions, write_answers
from ..questions.sentence_vectors import SentenceVectors
from . import options
from .util import print_table

UNANSWERED = 3  # exit code of --require-answer


def ask_cli(
    graph: options.Graph,
    question: str = Arg("", help='Such as "What dose of metformin does she take?"'),
    patient: str = Opt("", "--patient", "-p", help="Whose notes"),
    notes: options.QuotedNotes = None,
    kb: options.Names = None,
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
    texts = {note.id: note.text for note in read_notes(notes)} if notes else {}
    vectors = _vectors(encoder)
    asker = Asker(
        graph,
        texts,
        kb=KnowledgeBase(kb) if kb else None,
        vectors=vectors,
        reader=NoteReader(load_model(reader), vectors=vectors) if reader else None,
        roles=read_roles(roles) if roles else ROLES,
    )
    answers = list(_answers(asker, question, patient, batch))
    if output is not None:
        write_answers(answers, output)
        msg.good(f"{len(answers)} answers in {output}")
    for answer in answers if output is None else ():
        print_answer(answer, as_json=as_json)
    missing = [answer for answer in answers if answer.abstained]
    if missing and require:
        msg.fail(Errors.SC964.format(status=missing[0].status))
        raise SystemExit(UNANSWERED)


def _answers(asker: Asker, question: str, patient: str, batch: Path | None) -> Iterator[Answer]:
    asked = read_questions(batch) if batch else [(question, patient)]
    for words, whose in tqdm(asked, unit=" questions", disable=None if batch else True):
        try:
            yield asker(words, whose or patient)
        except AskError as error:
            if batch is None:
                raise
            yield Answer(words, whose, text=str(error), why=str(error))


def _vectors(encoder: str) -> SentenceVectors | None:
    if not encoder:
        return None
    folder = Path(encoder).is_dir()
    return SentenceVectors(EncoderWeights(*(encoder, None) if folder else (None, encoder)))


def print_answer(answer: Answer, *, as_json: bool = False) -> None:
    """Print an answer with its quotes.

    answer (Answer): The answer.
    as_json (bool): As JSON.
    """
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    rows = [
        (
            row.value,
            f"{row.score:.2f}",
            quote.date or "-",
            str(quote),
        )
        for row in answer.rows
        for quote in row.quotes
    ]
    print_table(answer.question, rows, ("answer", "score", "date", "where"))
    for quote in dict.fromkeys(quote for row in answer.rows for quote in row.quotes):
        if quote.text:
            words = " ".join(quote.text.split())
            msg.text(f'{quote.document}: "{words}"')
    msg.text(answer.text)
