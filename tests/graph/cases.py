"""Two patients in four notes, small enough to count on paper."""

from collections.abc import Sequence

from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

Said = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]


def note(
    id: str,
    text: str,
    said: Sequence[Said],
    relations: Sequence[tuple[int, str, int]] = (),
    concepts: Sequence[ConceptRelation] = (),
    **meta: str,
) -> Record:
    """A Record from (words, label, assertion, concept), the words found one after the other."""
    entities, attributes, at = [], [], 0
    for i, (words, label, *more) in enumerate(said):
        start = text.index(words, at)
        at = start + len(words)
        entities.append(Entity(f"T{i}", label, ((start, at),), more[1] if len(more) > 1 else ""))
        if more and more[0]:
            attributes.append(Attribute(f"T{i}", "assertion", more[0]))
    links = tuple(Relation(f"T{h}", f"T{t}", label) for h, label, t in relations)
    return Record(id, text, tuple(entities), links, tuple(attributes), tuple(concepts), meta)


# Ann, January: two drugs, one of them denied later. Her mother takes insulin for her own diabetes.
JANUARY = note(
    "ann-1",
    "Mrs. Ann Roe takes Metformin 500 mg PO daily for diabetes since 2019. Aspirin for pain. "
    "No fever. Mother had breast cancer; she takes insulin for her diabetes. Rash from penicillin.",
    [
        ("Mrs. Ann Roe", "PATIENT"),
        ("Metformin", "MEDICATION"),
        ("500 mg", "STRENGTH"),
        ("PO", "ROUTE"),
        ("daily", "FREQUENCY"),
        ("diabetes", "CONDITION", "present"),
        ("2019", "DATE"),
        ("Aspirin", "MEDICATION"),
        ("pain", "SYMPTOM", "present"),
        ("fever", "SYMPTOM", "absent"),
        ("breast cancer", "CONDITION", "family"),
        ("insulin", "MEDICATION"),
        ("diabetes", "CONDITION", "family"),
        ("Rash", "SYMPTOM", "historical"),
        ("penicillin", "MEDICATION", "historical"),
    ],
    [
        (1, "HAS_STRENGTH", 2),
        (1, "HAS_ROUTE", 3),
        (1, "HAS_FREQUENCY", 4),
        (1, "TREATS", 5),
        (7, "TREATS", 8),
        (11, "TREATS", 12),
        (14, "CAUSES", 13),
    ],
    patient="ann",
    date="2024-01-15",
)
# Ann, March: aspirin stopped, metformin raised, fever after all.
MARCH = note(
    "ann-2",
    "Metformin 1000 mg daily. Metformin daily. Aspirin was stopped: it gave her heartburn. Fever. "
    "If rash, stop metformin.",
    [
        ("Metformin", "MEDICATION"),
        ("1000 mg", "STRENGTH"),
        ("daily", "FREQUENCY"),
        ("Metformin", "MEDICATION"),
        ("daily", "FREQUENCY"),
        ("Aspirin", "MEDICATION", "historical"),
        ("heartburn", "SYMPTOM", "present"),
        ("Fever", "SYMPTOM", "present"),
        ("rash", "SYMPTOM", "hypothetical"),
        ("metformin", "MEDICATION", "hypothetical"),
    ],
    [
        (0, "HAS_STRENGTH", 1),
        (0, "HAS_FREQUENCY", 2),
        (3, "HAS_FREQUENCY", 4),
        (5, "CAUSES", 6),
        (9, "CAUSES", 8),
    ],
    patient="ann",
    date="March 2024",
)
# Bob: never took aspirin; penicillin gave him a rash too, and no fever.
BOB = note(
    "bob-1",
    "Penicillin: rash on the arms, no fever. No aspirin. Possible gout.",
    [
        ("Penicillin", "MEDICATION"),
        ("rash", "SYMPTOM", "present"),
        ("arms", "ANATOMY"),
        ("fever", "SYMPTOM", "absent"),
        ("aspirin", "MEDICATION", "absent"),
        ("gout", "CONDITION", "possible"),
    ],
    [(0, "CAUSES", 1), (0, "CAUSES", 3), (1, "LOCATED_AT", 2)],
)
# Linked mentions, one of them composite, and a relation that only the document states.
LINKED = note(
    "pm-1",
    "Naloxone reverses clonidine. Hypertension and tumor pain in patients.",
    [
        ("Naloxone", "Chemical", "", "D009270"),
        ("clonidine", "Chemical", "", "D003000"),
        ("Hypertension", "Disease", "", "D006973"),
        ("tumor pain", "Disease", "", "D009369|D010146"),
    ],
    concepts=[ConceptRelation("D003000", "D006973", "CID", "novel")],
)
NOTES = (JANUARY, MARCH, BOB)
