"""Questions over the invented patients: `python benchmarks/ask.py [--model PIPELINE]`.

140 questions and 60 held-out ones, on gold annotation and on a pipeline's, beside BM25 over
sentences; 60 and 109 by people who had not seen the tables, of which 20 and 49 stay untouched,
and 60 more, of which 20 do; and the time of an answer from a graph of many notes.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from patient_notes import PATIENTS, make_base, make_graph, predict, read_chinese, read_patients

from spacy_clinical.graph import KnowledgeGraph, build_graph
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.questions import Answer, Asker
from spacy_clinical.questions.note_texts import NoteTexts
from spacy_clinical.questions.question_scores import GoldQuestion, read_gold, score_questions
from spacy_clinical.records import Record
from spacy_clinical.retrieval.bm25 import Bm25

SETS = ("questions", "questions_heldout")
FRESH = "questions_fresh"
FREE = ("questions_free", "questions_free_held_out")
UNSEEN = ("questions_unseen", "questions_unseen_held_out", "questions_unseen_spare")
THIRD = ("questions_third", "questions_third_held_out")
HELD = (FREE[1], *UNSEEN[1:], THIRD[1])
CHINESE = (
    "questions_zh",
    "questions_zh_held_out",
    "questions_zh_unseen",
    "questions_zh_unseen_held_out",
)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", help="A pipeline that predicts the annotation")
    parser.add_argument("--copies", type=int, default=300, help="Of the notes, for the time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kb = make_base(Path(folder) / "kb")
        gold = read_patients()
        texts = {record.id: record.text for record in gold}
        askers = {"gold annotation": Asker(make_graph(gold, kb), texts, kb=kb)}
        if options.model:
            graph = make_graph(predict(options.model), kb)
            askers["predicted"] = Asker(graph, texts, kb=kb)
        for name in SETS:
            questions = read_gold(PATIENTS / f"{name}.tsv")
            print(f"\n{name}: {len(questions)}")
            for annotation, asker in askers.items():
                show(annotation, questions, asker, texts)
            print(f"  BM25, first sentence holds all: {keyword_search(questions, gold):.1%}")
        for annotation, asker in askers.items():
            print(f"\n{annotation}")
            fresh(asker, texts, gold)
            for name in (*THIRD, *UNSEEN, *FREE):
                questions = read_gold(PATIENTS / f"{name}.tsv")
                show(name, questions, asker, texts)
                print(f"  BM25, first sentence holds all: {keyword_search(questions, gold):.1%}")
            held = [q for name in HELD for q in read_gold(PATIENTS / f"{name}.tsv")]
            show("all held out", [*read_fresh()[1], *held], asker, texts)
        chinese = read_chinese()
        texts = {record.id: record.text for record in chinese}
        for name in CHINESE:
            show(
                name, read_gold(PATIENTS / f"{name}.tsv"), Asker(build_graph(chinese), texts), texts
            )
        timing(gold, kb, options.copies)


def read_fresh() -> tuple[list[GoldQuestion], list[GoldQuestion]]:
    """The fresh questions: those that the tables were mended for, and the twenty drawn before to
    stay untouched."""
    questions = read_gold(PATIENTS / f"{FRESH}.tsv")
    held = {q.id for q in random.Random(21).sample(questions, 20)}
    return [q for q in questions if q.id not in held], [q for q in questions if q.id in held]


def fresh(asker: Asker, texts: dict[str, str], gold: list[Record]) -> None:
    """Print the counts of the fresh questions."""
    mended, held = read_fresh()
    questions = [*mended, *held]
    print(f"\n{FRESH}: {len(questions)}; held out: {', '.join(sorted(q.id for q in held))}")
    show("all", questions, asker, texts)
    show("mended for", mended, asker, texts)
    show("held out", held, asker, texts)
    print(f"  BM25, first sentence holds all: {keyword_search(questions, gold):.1%}")


def show(
    name: str,
    questions: list[GoldQuestion],
    asker: Callable[[str, str], Answer],
    texts: dict[str, str],
) -> None:
    """Print the counts."""
    s = score_questions(questions, asker, texts)
    print(
        f"  {name}: exact {s.right}/{s.questions} = {s.right / s.questions:.1%}, answerable "
        f"{s.answered_right}/{s.answerable}, silence {s.noticed}/{s.silent}, unsafe "
        f"{len(s.unsafe)} {s.unsafe}, quotes equal {s.quotes_equal}/{s.quotes}, calibration error "
        f"{s.calibration_error:.3f} ({_between(s.calibration_interval)}; by chance "
        f"{_between(s.calibration_by_chance)}) of {len(s.calibration)} answers"
    )


def _between(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.3f} to {ends[1]:.3f}"


def keyword_search(questions: list[GoldQuestion], records: list[Record]) -> float:
    """Share of questions whose best sentence of the patient's notes holds the rows' words; those
    without an answer are never right, as a search always finds something."""
    right = 0
    for one in questions:
        own = NoteTexts({r.id: r.text for r in records if r.meta["patient"] == one.patient})
        sentences = [own.texts[d][a:b] for d in own.texts for a, b in own.sentences(d)]
        best = Bm25(sentences).search(one.question, 1)
        text = sentences[best[0][0]].casefold() if best else ""
        words = [word for row in one.rows for word in row.split() if not word[:4].isdigit()]
        right += (not best and not one.rows) or bool(words and all(w in text for w in words))
    return right / len(questions)


def timing(records: list[Record], kb: KnowledgeBase, copies: int) -> None:
    """Print how long an answer takes in a graph of many patients."""
    many = [
        replace(r, id=f"{r.id}-{i}", meta={**r.meta, "patient": f"{r.meta['patient']}-{i}"})
        for i in range(copies)
        for r in records
    ]
    graph: KnowledgeGraph = make_graph(many, kb)
    start = time.process_time()
    asker = Asker(graph, {r.id: r.text for r in many}, kb=kb)
    ready = time.process_time() - start
    start = time.process_time()
    questions = read_gold(PATIENTS / "questions.tsv")
    for one in questions:
        asker(one.question, f"{one.patient}-{copies - 1}")
    each = (time.process_time() - start) / len(questions)
    print(f"\n{len(many)} notes: ready in {ready:.1f} s, an answer in {1000 * each:.1f} ms")


if __name__ == "__main__":
    main()
