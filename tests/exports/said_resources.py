"""What FHIR holds of a sentence, in the words of data/said_notes.tsv."""

import re
from decimal import Decimal
from pathlib import Path

import spacy
from spacy.language import Language

from spacy_clinical.docs import get_spans

from .fhir_cases import MARK, Resource, code_of, make_doc, make_resources, words_of

TABLE = Path(__file__).parent / "data" / "said_notes.tsv"
KINDS = {
    "AllergyIntolerance": "allergy", "MedicationStatement": "drug", "Condition": "condition",
    "Observation": "observation", "Procedure": "procedure", "FamilyMemberHistory": "family",
}  # fmt: skip
Case = tuple[str, str, list[str]]


def read_cases(part: str) -> list[Case]:
    """RETURNS (list[Case]): Text, what is wanted, and relations, of `dev` or `held`."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        (text.replace(r"\n", "\n").replace(r"\t", "\t"), wanted, [x for x in rel.split("; ") if x])
        for own, text, wanted, rel in rows
        if own == part
    ]


def make_rules() -> Language:
    """RETURNS (Language): The rules, for mentions that are marked."""
    nlp = spacy.blank("en")
    for name in ("clinical_sentences", "clinical_sections", "clinical_context"):
        nlp.add_pipe(name)
    return nlp


def said(nlp: Language, text: str, relations: list[str]) -> list[str]:
    """RETURNS (list[str]): The resources of a marked text, in the order of its mentions."""
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        letter = match[1][0]
        numbers[letter] = numbers.get(letter, 0) + 1
        return f"{{{letter}{numbers[letter]}|{match[3]}}}"

    doc = make_doc(MARK.sub(numbered, text), relations)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    places = {span.text: span.start for span in get_spans(doc)}
    found = [(places[words_of(x)], _say(x)) for x in make_resources(doc)]
    return [words for _, words in sorted(found)]


def is_right(found: list[str], wanted: str) -> bool:
    """RETURNS (bool): Whether all that is wanted is said, and nothing else."""
    rows = [row.split(" or ") for row in wanted.split("; ") if row]
    return len(rows) == len(found) and all(
        one in row for one, row in zip(sorted(found), sorted(rows), strict=True)
    )


def _say(x: Resource) -> str:
    kind, words = KINDS[x["resourceType"]], words_of(x)
    if kind == "family":
        return f"family {words} {code_of(x['relationship'])}"
    said = [kind, words, _status(x) if kind != "observation" else _value(x)]
    for reaction in x.get("reaction", ()):
        said += ["+", *(m["text"] for m in reaction["manifestation"])]
    if kind == "condition" and "clinicalStatus" in x:
        said += ["/", code_of(x["clinicalStatus"])]
    return " ".join(filter(None, said))


def _status(x: Resource) -> str:
    return str(x.get("status") or code_of(x["verificationStatus"]))


def _value(x: Resource) -> str:
    if "valueBoolean" in x:
        return str(x["valueBoolean"]).lower()
    told = [x["valueQuantity"]] if "valueQuantity" in x else []
    told += [part["valueQuantity"] for part in x.get("component", ())]
    words = [_amount(quantity) for quantity in told]
    return " ".join([*words, *(code_of(one) for one in x.get("interpretation", ()))])


def _amount(quantity: Resource) -> str:
    number = f"{quantity.get('comparator', '')}{Decimal(quantity['value'])}"
    return " ".join(filter(None, [number, quantity.get("code", "")]))
