"""German and Spanish sentences through the rules into FHIR: what is denied, stopped, an allergy, a
relative's."""

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

import spacy_clinical
from spacy_clinical.docs import set_mentions

# Language, sentence with its mentions (C a condition, M a drug), and what becomes of each.
CASES = """de|Kein Anhalt für [Pneumonie/C].|refuted
de|[Thrombose/C] ausgeschlossen.|refuted
de|Patient verneint [Fieber/C] und [Husten/C].|refuted refuted
de|[Marcumar/M] wurde abgesetzt, [Apixaban/M] begonnen.|over active
de|[Ramipril/M] wegen Reizhusten abgesetzt.|over
de|[Metformin/M] pausiert.|over
de|Absetzen von [Diclofenac/M].|over
de|Umstellung von [Enalapril/M] auf [Candesartan/M].|over active
de|Allergie gegen [Penicillin/M].|allergy
de|Allergisch auf [Amoxicillin/M].|allergy
de|Bekannte [Penicillinallergie/C].|confirmed
de|Unverträglichkeit von [Codein/M].|allergy
de|Keine Allergie gegen [Penicillin/M].|noallergy
de|Mutter an [Brustkrebs/C] verstorben.|family:MTH
de|Vater mit [Herzinfarkt/C], Bruder mit [Asthma/C].|family:FTH family:BRO
de|[Pantoprazol/M] 40 mg morgens.|active
de|V.a. [Pneumonie/C].|provisional
de|Medikation: [Ramipril/M] 2,5 mg 1-0-0, [Metoprolol/M] 47,5 mg 1-0-1.|active active
de|[Ramipril/M] wurde bei [Hypotonie/C] pausiert.|over confirmed
de|Falls [Fieber/C] auftritt, Wiedervorstellung.|none
es|Niega [fiebre/C] y [tos/C].|refuted refuted
es|Se descarta [TEP/C].|refuted
es|[Enalapril/M] suspendido por tos.|over
es|Se suspende [metformina/M] y se inicia [insulina/M].|over active
es|Se retira [acenocumarol/M].|over
es|Alérgica a [penicilina/M].|allergy
es|Alergia a [sulfamidas/M].|allergy
es|No alérgica a [penicilina/M].|noallergy
es|Intolerancia a [codeína/M].|allergy
es|Madre fallecida por [cáncer de mama/C].|family:MTH
es|Padre con [diabetes/C], hermana con [asma/C].|family:FTH family:SIS
es|Continúa con [omeprazol/M].|active
es|Probable [neumonía/C].|provisional"""
LABELS = {"C": "CONDITION", "M": "MEDICATION"}
OVER = ("completed", "stopped", "not-taken", "on-hold")


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Language]:
    made = {language: spacy.blank(language) for language in ("de", "es")}
    for language, nlp in made.items():
        for name in ("clinical_sections", "clinical_context"):
            nlp.add_pipe(name, config={"rules": [language]})
    return made


def unmark(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, *rest = marked.split("[")
    found = []
    for part in rest:
        inside, after = part.split("]", 1)
        name, label = inside.rsplit("/", 1)
        found.append((len(text), len(text) + len(name), LABELS[label]))
        text += name + after
    return text, found


def outcome(name: str, resources: list[dict]) -> str:
    told = "none"
    for resource in resources:
        kind = resource["resourceType"]
        if kind not in OUTCOMES or name not in json.dumps(resource, ensure_ascii=False):
            continue
        told = OUTCOMES[kind](resource)
    return told


def _verified(resource: dict) -> str:
    return resource["verificationStatus"]["coding"][0]["code"]


OUTCOMES = {
    "FamilyMemberHistory": lambda r: "family:" + r["relationship"]["coding"][0]["code"],
    "Condition": _verified,
    "MedicationStatement": lambda r: "over" if r["status"] in OVER else r["status"],
    "AllergyIntolerance": lambda r: "noallergy" if _verified(r) == "refuted" else "allergy",
}


@pytest.mark.parametrize("row", CASES.split("\n"))
def test_what_becomes_of_mentions(row: str, pipelines: dict[str, Language], tmp_path: Path) -> None:
    language, marked, wanted = row.split("|")
    text, mentions = unmark(marked)
    doc = pipelines[language].make_doc(text)
    set_mentions(doc, [doc.char_span(a, b, label=label) for a, b, label in mentions])
    for _, component in pipelines[language].pipeline:
        doc = component(doc)
    spacy_clinical.export([doc], str(tmp_path / "notes.ndjson"))
    lines = (tmp_path / "notes.ndjson").read_text(encoding="utf-8").splitlines()
    resources = [json.loads(line) for line in lines]
    assert [outcome(text[a:b], resources) for a, b, _ in mentions] == wanted.split()
