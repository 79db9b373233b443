"""A note as long as they come: 3,000 words, 400 mentions, 300 relations; and an explanation."""

import random

from spacy_clinical.records import Attribute, Entity, Record, Relation
from spacy_clinical.viewer.explanations_page import Explanation

WORDS = [
    "patient", "given", "aspirin", "for", "pain", "and", "fever", "after", "metformin", "therapy",
    "chest", "discomfort", "pressure", "remained", "stable", "daily", "oral", "insulin", "improved",
]  # fmt: skip
LABELS = ("ANATOMY", "CONDITION", "FREQUENCY", "MEDICATION", "PROCEDURE", "STRENGTH", "SYMPTOM")
VALUES = ("present", "absent", "possible", "hypothetical", "historical", "family")


def make_long_note(words: int = 3000, mentions: int = 400, relations: int = 300) -> Record:
    """Every twentieth mention is discontinuous, some lie inside others."""
    random_ = random.Random(0)
    text, places = "", []
    for i in range(words):
        word = random_.choice(WORDS)
        places.append((len(text), len(text) + len(word)))
        text += word + ("\n\n" if i % 170 == 169 else ".\n" if i % 41 == 40 else " ")
    entities = []
    for k, start in enumerate(sorted(random_.sample(range(words - 4), mentions))):
        end = start + random_.choice((0, 0, 1, 2))
        fragments = ((places[start][0], places[end][1]),)
        if k % 20 == 0:
            fragments = (places[start], places[start + 2])
        score = random_.uniform(0.5, 1)
        entities.append(Entity(f"T{k}", random_.choice(LABELS), fragments, "", score))
    attributes = [Attribute(e.id, "assertion", random_.choice(VALUES)) for e in entities]
    pairs = [
        (i, i + random_.randint(1, 9)) for i in random_.choices(range(mentions - 9), k=relations)
    ]
    links = [
        Relation(f"T{i}", f"T{j}", random_.choice(("TREATS", "HAS_DOSE")), 0.9) for i, j in pairs
    ]
    return Record("long", text, tuple(entities), tuple(links), tuple(attributes))


def make_explanation() -> Explanation:
    """Three tokens of eight characters: one for it, one against, one neither."""
    return Explanation(
        kind="relation",
        label="TREATS",
        unit="log-odds of the relation",
        places={"head": (0, 8), "tail": (16, 24)},
        tokens=[(0, 8), (8, 16), (16, 24)],
        values=[2.0, -1.0, 0.0],
        score=1.5,
        baseline=0.5,
        steps=16,
        residual=0.0,
    )
