"""Notes of marked-up text: "Stop {m aspirin}. No {c:absent rash}.", ids are the words."""

import re

from spacy_clinical.records import Attribute, Entity, Record, Relation

LABELS = {
    "m": "MEDICATION", "c": "CONDITION", "g": "STRENGTH", "v": "LAB_VALUE", "o": "PROCEDURE",
    "t": "TEST",
}  # fmt: skip
_MENTION = re.compile(r"\{(?P<label>\w)(?::(?P<said>[\w+]+))? (?P<words>[^}]+)\}")


def note(marked: str, *relations: tuple[str, str, str], day: str = "2024-07-02") -> Record:
    """RETURNS (Record): A note of the patient "p"; relations are (head, label, tail). What is said
    twice has a "'" for each time before, which its id keeps and the text doesn't."""
    text, at = "", 0
    entities, said = [], []
    for match in _MENTION.finditer(marked):
        text += marked[at : match.start()]
        words = match["words"].rstrip("'")
        extent = (len(text), len(text) + len(words))
        entities.append(Entity(match["words"], LABELS[match["label"]], (extent,)))
        if match["said"]:
            said.append(Attribute(match["words"], "assertion", match["said"]))
        text += words
        at = match.end()
    text += marked[at:]
    related = tuple(Relation(head, tail, label) for head, label, tail in relations)
    meta = {"patient": "p", "date": day}
    return Record(f"n{day}", text, tuple(entities), related, tuple(said), meta=meta)
