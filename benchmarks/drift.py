"""Drift that was planted, and quiet weeks: `python benchmarks/drift.py MODEL OTHER_NOTES`.

The sample corpus's generator writes notes; a reference of some of them is compared with weeks of
others, drawn anew each time. Planted: half of one label's mentions gone, another department's notes
(OTHER_NOTES), all letters small.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import minibatch

from spacy_clinical.audit import NoteFacts, note_facts
from spacy_clinical.audit.drift import compare_counts
from spacy_clinical.audit.drift_reference import sum_up
from spacy_clinical.audit.note_counts import Counts
from spacy_clinical.batch.note_reader import read_notes
from spacy_clinical.docs.piece_counts import get_piece_counts
from spacy_clinical.installed import load_model

sys.path.insert(0, str(Path(__file__).parents[1] / "assets" / "sample"))
from generator import generate

SAMPLE = Path(__file__).parents[1] / "assets" / "sample"
SIZES = (50, 100, 200, 300, 500)


def word_lists() -> Language:
    """A pipeline of the generator's own words and our rules: quick, without scores."""
    lexicon = json.loads((SAMPLE / "lexicon.json").read_text("utf-8"))
    words = {"CONDITION": "conditions", "SYMPTOM": "symptoms", "ANATOMY": "anatomy"}
    lists = {label: lexicon[key].split("|") for label, key in words.items()}
    lists["MEDICATION"] = [name for row in lexicon["drugs"] for name in row["drugs"]]
    lists["TEST"] = [name for key in lexicon["tests"] for name in key.split("|")]
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    rows = [{"label": x, "pattern": word} for x, some in lists.items() for word in some]
    ruler.add_patterns(rows)  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_context")
    return nlp


def facts_of(nlp: Language, texts: Sequence[str]) -> list[NoteFacts]:
    found = []
    for batch in minibatch(texts, 32):
        with nlp.memory_zone():
            docs = list(nlp.pipe(batch))
            rows = zip(docs, map(get_piece_counts, docs), strict=True)
            found += [note_facts(doc, pieces=p, unknown=u) for doc, (p, u) in rows]
    return found


def halved(note: NoteFacts, label: str, dice: random.Random) -> NoteFacts:
    """The note with each mention of a label gone or not, as a coin falls."""
    bins = [sum(dice.random() < 0.5 for _ in range(n)) for n in note.mentions.get(label, [])]
    rest = {name: kept for name, kept in note.mentions.items() if name != label}
    return note._replace(mentions=rest | ({label: bins} if any(bins) else {}))


def count(notes: Sequence[NoteFacts]) -> Counts:
    counts = Counts()
    for note in notes:
        counts.add(note)
    return counts


def found_in(pool: list[NoteFacts], known: int, weeks: int, week: Callable[..., Counts]) -> str:
    alarms = 0
    for seed in range(weeks):
        dice = random.Random(seed)
        mixed = dice.sample(pool, len(pool))
        reference = sum_up("x", mixed[:known])
        status = compare_counts("week", week(dice, mixed[known:]), reference).status
        alarms += status in ("look", "changed")
    return f"{alarms} of {weeks}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Drift that was planted, and quiet weeks.")
    parser.add_argument("model", help="A pipeline, or 'rules' for word lists")
    parser.add_argument("other", help="Notes of another department")
    parser.add_argument("--notes", type=int, default=800)
    parser.add_argument("--known", type=int, default=300, help="Of them, in the reference")
    options = parser.parse_args()
    nlp = word_lists() if options.model == "rules" else load_model(options.model)
    texts = [record.text for record in generate(options.notes, 7)]
    pool = facts_of(nlp, texts)
    other = facts_of(nlp, [note.text for note in read_notes(options.other)][:60])
    small = facts_of(nlp, [text.lower() for text in texts[:300]])
    mentions = count(pool).mentions
    label = sorted(mentions, key=lambda name: -mentions[name])[len(mentions) // 2]
    rows: dict[str, Callable[..., Callable[..., Counts]]] = {
        "quiet weeks": lambda n: lambda dice, rest: count(rest[:n]),
        f"half of {label} gone": lambda n: (
            lambda dice, rest: count([halved(x, label, dice) for x in rest[:n]])
        ),
        "another department": lambda n: (
            lambda dice, rest: count(dice.sample(other, min(n, len(other))))
        ),
        "all letters small": lambda n: (
            lambda dice, rest: count(dice.sample(small, min(n, len(small))))
        ),
    }
    print(f"{len(pool)} notes, {options.known} in each reference; {label}: {mentions[label]}")
    for name, make in rows.items():
        for size in SIZES:
            print(f"{name}, {size} notes: {found_in(pool, options.known, 50, make(size))}")


if __name__ == "__main__":
    main()
