"""How much a pipeline leaves of a corpus's identifiers, and what else it takes away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from tqdm import tqdm

from ..corpus.corpus_files import Corpus, read_records
from ..deid.policy import Policy
from ..docs.annotated_labels import known_labels_of
from ..docs.phi import get_identifiers, set_meta
from ..errors import DeidError, Errors
from ..installed import as_pipeline
from ..pipeline.deid.phi_labels import group_of, label_of, read_labels
from ..records import Record
from ..result_tables import Table, percent
from ..scoring.confidence_intervals import Settings
from ..scoring.leak_scores import Extent, LeakCounts, PhiNote, count_leaks, sum_up
from ..viewer.leaks_page import NAMES, render_leaks

KEPT = "keep"  # field of a note's meta with the characters of clinical words


@dataclass(frozen=True)
class LeakedNote:
    """A note with what identifies in it, and what was found.

    id, text (str): The note.
    gold, found (list[Extent]): Start, end and label.
    counts (LeakCounts): What leaks, and what else was touched.
    """

    id: str
    text: str
    gold: list[Extent]
    found: list[Extent]
    counts: LeakCounts = field(repr=False)


@dataclass(frozen=True)
class LeakEvaluation:
    """What was measured.

    scores (dict): As `scoring.leaks.sum_up` gives them.
    notes (list[LeakedNote]): The notes, with their text.
    policy (str): Under which what is kept counts for neither side.
    """

    scores: dict[str, Any]
    notes: list[LeakedNote] = field(repr=False)
    policy: str

    def to_page(self, title: str) -> str:
        """RETURNS (str): HTML with every leak and the text of its note."""
        return render_leaks(title, self.scores, self.notes)


def evaluate_leaks(
    model: str | Path | Language,
    corpus: Corpus,
    policy: Policy | str = "mask",
    settings: Settings | None = None,
    *,
    progress: bool | None = False,
) -> LeakEvaluation:
    """Score a pipeline's identifiers on an annotated corpus.

    Labels of corpora are translated (`corpus_labels.tsv`), and compared by their group: PATIENT and
    DOCTOR are NAME. What the policy keeps, such as ages under 90, counts for neither side. Clinical
    words are those that the pipeline's other components mark as mentions, or a note's meta field
    "keep". Labels that a note's annotators didn't look for (meta field "annotated") count for
    neither side.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    corpus (str | Path | Iterable[Doc | Record]): With gold identifiers as its mentions.
    policy (Policy | str): What is looked for: "mask" for all that is marked.
    settings (Settings | None): How intervals are drawn.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    RETURNS (LeakEvaluation): The scores. Raises DeidError for a corpus without identifiers.
    """
    nlp, policy = as_pipeline(model), policy if isinstance(policy, Policy) else Policy.load(policy)
    records = list(read_records(corpus))
    _check_labels(records, str(corpus) if isinstance(corpus, str | Path) else "the corpus")
    hidden = None if progress is None else not progress
    docs = nlp.pipe(_made(nlp, records), batch_size=32)
    pairs = zip(records, docs, strict=True)
    notes = [
        _evaluated(record, doc, policy)
        for record, doc in tqdm(pairs, total=len(records), unit=" notes", disable=hidden)
    ]
    scores = sum_up([note.counts for note in notes], settings or Settings())
    return LeakEvaluation(scores, notes, policy.name)


def _made(nlp: Language, records: Iterable[Record]) -> Iterable[Doc]:
    for record in records:
        doc = nlp.make_doc(record.text)
        set_meta(doc, record.meta)
        yield doc


def _check_labels(records: Iterable[Record], name: str) -> None:
    labels = {label_of(entity.label) for record in records for entity in record.entities}
    if labels and labels.isdisjoint(read_labels()):
        raise DeidError(Errors.SC916.format(path=name, known=", ".join(read_labels())))


def _evaluated(record: Record, doc: Doc, policy: Policy) -> LeakedNote:
    text = record.text
    named = [(e.start, e.end, label_of(e.label)) for e in record.entities]
    gold = [
        (start, end, group_of(label))
        for start, end, label in named
        if label is not None and policy.touches(label, text[start:end])
    ]
    labels = known_labels_of(record)
    known = None if labels is None else {group_of(label_of(one) or one) for one in labels}
    found = [
        (one.start, one.end, group_of(one.label))
        for one in get_identifiers(doc)
        if (known is None or group_of(one.label) in known)
        and policy.touches(one.label, text[one.start : one.end])
    ]
    kept = [(start, end) for start, end in record.meta.get(KEPT, [])]
    clinical = kept or [(ent.start_char, ent.end_char) for ent in doc.ents]
    counts = count_leaks(PhiNote(text, gold, found, clinical))
    return LeakedNote(record.id, text, gold, found, counts)


def leak_tables(scores: Mapping[str, Any]) -> list[Table]:
    """Lay out what leaks.

    scores (Mapping[str, Any]): Of a `LeakEvaluation`.
    RETURNS (list[Table]): Over all identifiers, and by label; in percent, with intervals.
    """
    rows = [(title, *_cells(scores[name])) for name, title in NAMES.items()]
    labels = [
        (
            label,
            row["recall"]["whole"],
            *_cells(row["recall"])[:3],
            percent(row["precision"]["value"]),
        )
        for label, row in scores["labels"].items()
    ]
    return [
        Table("Identifiers", ("", "%", "from", "to", "count"), rows),
        Table("By label", ("label", "gold", "whole %", "from", "to", "right %"), labels),
    ]


def _cells(score: Mapping[str, Any]) -> tuple[str, str, str, str]:
    share, low, high = (percent(score[name]) for name in ("value", "low", "high"))
    return share, low, high, f"{score['part']}/{score['whole']}"
