"""Allergies, stops and relatives in sentences and lists, found by rules or by relations."""

import pytest
import spacy
from spacy.language import Language

from .fhir_cases import code_of, make_doc, make_resources, words_of

pytest.importorskip("fhir.resources")
DRUGS = ("amoxicillin", "naproxen", "digoxin", "tramadol", "enalapril", "insulin")
FINDINGS = ("wheals", "vomiting", "gout", "anemia", "stroke", "feverless")
Row = tuple[str, str, str]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_nlp()


def make_nlp(*, sections: bool = False) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    if sections:
        nlp.add_pipe("clinical_sections")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    symptoms = ("wheals", "vomiting", "feverless")
    names = [("MEDICATION", drug) for drug in DRUGS]
    names += [("SYMPTOM" if word in symptoms else "CONDITION", word) for word in FINDINGS]
    ruler.add_patterns([{"label": label, "pattern": name} for label, name in names])  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_context")
    return nlp


def rows(nlp: Language, text: str) -> list[Row]:
    """Kind, words and status of what is said of drugs."""
    found = []
    for x in make_resources(nlp(text)):
        if x["resourceType"] in ("AllergyIntolerance", "MedicationStatement"):
            status = x.get("status") or code_of(x["verificationStatus"])
            found.append((x["resourceType"], words_of(x).lower(), status))
    return found


ALLERGY = "AllergyIntolerance"
DRUG = "MedicationStatement"
CASES: list[tuple[str, list[Row]]] = [
    ("ADRs: amoxicillin - wheals.", [(ALLERGY, "amoxicillin", "unconfirmed")]),
    ("Home d/c w/ enalapril 5 mg daily.", [(DRUG, "enalapril", "active")]),
    ("D/c enalapril.", [(DRUG, "enalapril", "stopped")]),
    ("Digoxin withheld - pulse 48.", [(DRUG, "digoxin", "on-hold")]),
    ("Prior to tramadol she had pain.", [(DRUG, "tramadol", "unknown")]),
    ("Allergies: amoxicillin: tolerates.", []),
    ("Allergic to amoxicillin but tolerates tramadol.", [(ALLERGY, "amoxicillin", "unconfirmed")]),
    ("Digoxin is tolerated well.", [(DRUG, "digoxin", "active")]),
    ("Tramadol not prescribed.", [(DRUG, "tramadol", "not-taken")]),
    (
        "Klebsiella resistant to amoxicillin and tramadol.",
        [(DRUG, "amoxicillin", "unknown"), (DRUG, "tramadol", "unknown")],
    ),
    (
        "Stopped at last review: naproxen (gout), insulin.",
        [(DRUG, "naproxen", "stopped"), (DRUG, "insulin", "stopped")],
    ),
    (  # the column of a row says nothing of the next row
        "1 Enalapril 5 mg   od     HOLD - low pressure\n2 Digoxin     od   DISCONTINUED 3 May\n"
        "3 Naproxen   bd   COMPLETED\n4 Insulin   10 units   To start in May\n5 Tramadol   od   -",
        [
            (DRUG, "enalapril", "on-hold"),
            (DRUG, "digoxin", "stopped"),
            (DRUG, "naproxen", "completed"),
            (DRUG, "insulin", "unknown"),
            (DRUG, "tramadol", "active"),
        ],
    ),
    ("He has an amoxicillin allergy.", [(ALLERGY, "amoxicillin", "unconfirmed")]),
    ("Amoxicillin-allergic.", [(ALLERGY, "amoxicillin", "unconfirmed")]),
    (
        "Known to be allergic to tramadol and naproxen.",
        [(ALLERGY, "tramadol", "unconfirmed"), (ALLERGY, "naproxen", "unconfirmed")],
    ),
    (
        "Allergies to strawberries, tramadol, and amoxicillin.",
        [(ALLERGY, "tramadol", "unconfirmed"), (ALLERGY, "amoxicillin", "unconfirmed")],
    ),
    ("Not allergic to amoxicillin.", [(ALLERGY, "amoxicillin", "refuted")]),
    ("Intolerant of enalapril.", [(ALLERGY, "enalapril", "unconfirmed")]),
    (
        "Allergy: tramadol\nDrugs: digoxin",
        [(ALLERGY, "tramadol", "unconfirmed"), (DRUG, "digoxin", "active")],
    ),
    (
        "Allergic to amoxicillin. Takes digoxin.",
        [(ALLERGY, "amoxicillin", "unconfirmed"), (DRUG, "digoxin", "active")],
    ),
    ("Naproxen was discontinued.", [(DRUG, "naproxen", "stopped")]),
    ("Digoxin, which has since been stopped.", [(DRUG, "digoxin", "stopped")]),
    (
        "Enalapril and naproxen were held.",
        [(DRUG, "enalapril", "on-hold"), (DRUG, "naproxen", "on-hold")],
    ),
    ("Stopped taking naproxen.", [(DRUG, "naproxen", "stopped")]),
    (
        "Takes digoxin. Tramadol stopped.",
        [(DRUG, "digoxin", "active"), (DRUG, "tramadol", "stopped")],
    ),
    ("He stopped smoking and takes digoxin.", [(DRUG, "digoxin", "active")]),
]  # fmt: skip

STOPPED = [
    ("Naproxen was tapered and weaned off.", [(DRUG, "naproxen", "stopped")]),
    ("Insulin infusion was stopped, enalapril added.", [
        (DRUG, "insulin", "stopped"), (DRUG, "enalapril", "active")
    ]),
    ("Insulin drip discontinued, digoxin begun.", [
        (DRUG, "insulin", "stopped"), (DRUG, "digoxin", "active")
    ]),
    ("We prescribed tramadol, which he refused.", [(DRUG, "tramadol", "not-taken")]),
    ("Tramadol was tapered off in May.", [(DRUG, "tramadol", "stopped")]),
    ("No longer takes digoxin.", [(DRUG, "digoxin", "stopped")]),
    ("Insulin was stopped when she lost weight.", [(DRUG, "insulin", "stopped")]),
    ("Tramadol (discontinued)", [(DRUG, "tramadol", "stopped")]),
    ("On tramadol until last week.", [(DRUG, "tramadol", "stopped")]),
    ("Never filled the tramadol.", [(DRUG, "tramadol", "not-taken")]),
    ("Refuses insulin.", [(DRUG, "insulin", "not-taken")]),
    ("Finished a ten-day course of amoxicillin.", [(DRUG, "amoxicillin", "completed")]),
    ("Got three doses of amoxicillin.", [(DRUG, "amoxicillin", "completed")]),
    ("Ran out of his enalapril.", [(DRUG, "enalapril", "unknown")]),
    ("Non-adherent with insulin.", [(DRUG, "insulin", "unknown")]),
    ("Could not tolerate enalapril.", [(DRUG, "enalapril", "unknown")]),
    ("Naproxen was paused for a week and then restarted.", [(DRUG, "naproxen", "active")]),
    ("Naproxen paused, to be resumed next week.", [(DRUG, "naproxen", "on-hold")]),
    ("Don't stop insulin.", [(DRUG, "insulin", "active")]),
    ("Hold enalapril for SBP below 95.", [(DRUG, "enalapril", "active")]),
    ("Avoid naproxen.", []),
    ("Enalapril changed to nightly.", [(DRUG, "enalapril", "active")]),
    (
        "Tramadol changed to naproxen.",
        [(DRUG, "tramadol", "stopped"), (DRUG, "naproxen", "active")],
    ),
    (
        "Switched from tramadol to naproxen.",
        [(DRUG, "tramadol", "stopped"), (DRUG, "naproxen", "active")],
    ),
    (
        "Uses naproxen instead of tramadol.",
        [(DRUG, "naproxen", "active"), (DRUG, "tramadol", "not-taken")],
    ),
    (
        "Digoxin stopped, enalapril started.",
        [(DRUG, "digoxin", "stopped"), (DRUG, "enalapril", "active")],
    ),
    (
        "Began enalapril, stopped digoxin.",
        [(DRUG, "enalapril", "active"), (DRUG, "digoxin", "stopped")],
    ),
]  # fmt: skip
NO_ALLERGY: list[tuple[str, list[Row]]] = [
    ("Amoxicillin allergy has since been ruled out.", [(ALLERGY, "amoxicillin", "refuted")]),
    ("Not known to have any allergies, such as tramadol.", [(ALLERGY, "tramadol", "refuted")]),
    ("Sent for amoxicillin allergy testing.", []),
    ("He outgrew his amoxicillin allergy.", []),
]


@pytest.mark.parametrize(("text", "expected"), [*CASES, *STOPPED, *NO_ALLERGY])
def test_drugs(nlp: Language, text: str, expected: list[Row]) -> None:
    assert rows(nlp, text) == expected


@pytest.mark.parametrize("text", ["Stop digoxin if vomiting occurs.", "Digoxin was not stopped."])
def test_what_is_not_stopped(nlp: Language, text: str) -> None:
    assert all(status != "stopped" for _, _, status in rows(nlp, text))


@pytest.mark.parametrize("beside", ["(vomiting)", "- vomiting"])
def test_reactions_beside_an_allergy(nlp: Language, beside: str) -> None:
    (allergy,) = make_resources(nlp(f"Allergies: tramadol {beside}"))
    assert allergy["reaction"] == [{"manifestation": [{"text": "vomiting"}]}]
    assert code_of(allergy["clinicalStatus"]) == "active"


def test_a_finding_that_is_said_is_true(nlp: Language) -> None:
    (finding,) = make_resources(make_doc("{s1:present|Feverless}."))
    assert finding["valueBoolean"] is True


@pytest.mark.parametrize("effect", ["absent", "possible", "hypothetical", "family", "negated"])
def test_harm_that_did_not_happen(effect: str) -> None:
    doc = make_doc(f"Took {{m1:present|tramadol}}, {{s1:{effect}|wheals}}.", ["CAUSES m1 s1"])
    found = make_resources(doc)
    assert all(x["resourceType"] != ALLERGY for x in found)
    (drug,) = [x for x in found if x["resourceType"] == DRUG]
    assert drug["status"] == "active"


@pytest.mark.parametrize("relation", ["CAUSES m1 s1", "ADE-Drug s1 m1", "causes m1 s1"])
def test_harm_that_happened(relation: str) -> None:
    """The direction is free; the drug may be stopped or not, so it isn't called active."""
    doc = make_doc("{s1:present|Wheals} from {m1:present|tramadol}.", [relation])
    found = {x["resourceType"]: x for x in make_resources(doc)}
    assert found[ALLERGY]["type"] == "intolerance"
    assert found[ALLERGY]["reaction"] == [{"manifestation": [{"text": "Wheals"}]}]
    assert found[DRUG]["status"] == "unknown"


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("Her brother had a {c1:family|stroke}.", "BRO"),
        ("Maternal grandmother with {c1:family|gout}.", "MGRMTH"),
        ("Mother well, father has {c1:family,historical|gout}.", "FTH"),
        ("{c1:associated_with_someone_else|Gout} in an aunt.", "AUNT"),
        ("Family history of {c1:family|gout}.", "FAMMEMB"),
        ("The donor had {c1:family|gout}.", None),
        ("She said: {c1:family|gout}.", None),
        ("Her brother's daughter had {c1:family|gout}.", "NIECE"),
        ("Her brother's wife had {c1:family|gout}.", None),
        ("His cousin's daughter had {c1:family|gout}.", None),
        ("A cousin of her father had {c1:family|gout}.", None),
        ("An uncle on her mother's side had {c1:family|gout}.", "UNCLE"),
        ("Father-in-law had {c1:family|gout}.", None),
        ("Foster mother with {c1:family|gout}.", None),
        ("Half-sister with {c1:family|gout}.", "HSIS"),
        ("Stroke (sister), {c1:family|gout} (uncle).", "UNCLE"),
        ("Stroke in his sister, {c1:family|gout} in his uncle.", "UNCLE"),
        ("Mother has no {c1:family,absent|gout}.", None),
        ("Uncle may have {c1:family,possible|gout}.", None),
        ("父亲患{c1:family|痛风}，母亲体健。", "FTH"),
        ("外祖母患{c1:family|痛风}。", "MGRMTH"),
        ("患者与室友同住。室友患{c1:family|痛风}。", None),
        ("家族史：{c1:family|痛风}。", "FAMMEMB"),
    ],
)
def test_relatives(text: str, relative: str | None) -> None:
    found = make_resources(make_doc(text))
    assert [code_of(x["relationship"]) for x in found] == ([relative] if relative else [])
    assert all(x["resourceType"] == "FamilyMemberHistory" for x in found)


def test_a_chronic_disease_of_the_history_is_not_over() -> None:
    (condition,) = make_resources(make_doc("PMH: {c1:historical|gout}"))
    assert "clinicalStatus" not in condition
    assert code_of(condition["verificationStatus"]) == "confirmed"


@pytest.mark.parametrize(
    ("said", "drug", "refers"),
    [
        ("present", "present", True),
        ("possible", "present", True),
        ("present", "hypothetical", True),
        ("absent", "present", False),
        ("present", "absent", False),
        ("family", "present", False),
    ],
)
def test_reasons(said: str, drug: str, refers: bool) -> None:
    doc = make_doc(f"{{m1:{drug}|Insulin}} for her {{c1:{said}|gout}}.", ["TREATS m1 c1"])
    found = {x["resourceType"]: x for x in make_resources(doc)}
    assert ("reasonReference" in found[DRUG]) == refers
    assert "reasonCode" not in found[DRUG]


NONE_OF_DRUGS = [
    "Allergies: NKDA. Takes digoxin.",
    "ALLERGIES: No known drug allergies. He uses digoxin 5 mg daily.",
    "Allergies: none. Digoxin 0.25 mg",
    "Allergies: NKA\nDigoxin 5 mg",
    "Allergies: none known, on digoxin",
    "ALLERGIES: bee stings. Currently on insulin, digoxin.",
    "Allergies: Denies any drug allergies. Medications: digoxin.",
    "Allergies: NKDA. Takes digoxin without vomiting or wheals.",
    "Allergies: tramadol (wheals), takes digoxin.",
    "Allergies: none. Takes digoxin for vomiting.",
    "Allergies: nuts. Home medications: digoxin.",
    "Allergies: NKA. After surgery started on digoxin.",
    "Allergies: pollen. Takes digoxin when needed.",
    "Allergies: NKDA.\nTakes digoxin but had a headache yesterday.",
    "Allergies: NKDA. Takes digoxin although nausea persists.",
    "Allergies: none. Takes digoxin, lips dry.",
    "Allergies: none. Face wash and digoxin daily.",
    "Allergies: NKDA. Digoxin 0.25 mg daily, aspirin later.",
    "Allergies: NKDA. Digoxin daily but misses doses; possible dehydration.",
    "Allergies: NKDA. Has gout. On digoxin, sleeps well.",
    "Allergies: NKDA. Gout on digoxin.",
    "Allergies: NKDA. Takes digoxin, which caused no rash.",
    "Allergies: NKDA. Takes digoxin (for nausea).",
    "Allergies: NKDA. Takes digoxin (headache).",
    "Allergies: NKDA. Takes digoxin, a fall led to swelling.",
    "Allergies: NKDA. Takes digoxin, naproxen led to swelling.",
]
GIVEN_ONCE = [
    "Allergies: NKDA. Gave digoxin, avoids salt, then insulin.",
    "Allergies: NKDA. Was given digoxin for swelling.",
]
ALLERGIC = [
    "Allergies: digoxin.",
    "Allergies: No known drug allergies except digoxin.",
    "Allergies: Food: none; digoxin.",
    "Allergies: no known allergies to latex. Digoxin.",
    "ALLERGIES: wheals on digoxin.",
    "HPI: NKDA by report of others.\nALLERGIES: digoxin.",
    "Allergies: NKDA but digoxin (vomiting).",
    "Allergies: wheals when using digoxin.",
    "ALLERGIES: Developed swelling after being treated with digoxin.",
    "ALLERGIES: itching, formerly prescribed digoxin",
    "Allergies: NKDA until 2004, then wheals with digoxin.",
    "Allergies: none. Update 5/9: digoxin (itching).",
    "Allergies: NKA at birth. Vomiting after digoxin as a child.",
    "Allergies: Denies allergies to naproxen. Digoxin: wheals.",
    "Allergies: no reported allergies to nuts. Digoxin: throat tightness.",
    "Allergies: NKDA. Digoxin and naproxen: wheals.",
    "Allergies: NKDA. Takes digoxin, which caused a rash.",
    "Allergies: Meds: digoxin, naproxen. Food: none.",
    "Allergies: Avoid digoxin (wheals).",
    "Allergies: NKDA. Digoxin allergy by his wife's account.",
    "Allergies: started on digoxin, stopped for cough.",
    "Allergies: wheals if given digoxin.",
    "Allergies: NKDA. Headache after digoxin.",
    "Allergies: NKDA. Digoxin 5 mg daily led to throat swelling.",
    "Allergies: NKDA. Takes digoxin (severe rash).",
    "Allergies: NKDA. Cannot tolerate digoxin.",
    "Allergies: NKDA, possible digoxin.",
    "Allergies: NKDA. Digoxin not tolerated.",
    "Allergies: NKDA. Was on digoxin and broke out in hives.",
]
NO_WORD_OF_ALLERGY = [
    "Allergies: Avoid prescribing digoxin.",
    "Allergies: nuts. Never give digoxin.",
    "Allergies: nuts. Not taking digoxin.",
]


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [(text, DRUG, "active") for text in NONE_OF_DRUGS]
    + [(text, DRUG, "completed") for text in GIVEN_ONCE]
    + [(text, ALLERGY, "unconfirmed") for text in ALLERGIC],
)
def test_drugs_under_a_heading_of_allergies(
    nlp: Language, text: str, kind: str, status: str
) -> None:
    """Who has none, or takes the drug, isn't said to be allergic to it."""
    if "clinical_sections" not in nlp.pipe_names:
        nlp.add_pipe("clinical_sections", first=True)
    assert [row for row in rows(nlp, text) if row[1] == "digoxin"] == [(kind, "digoxin", status)]


@pytest.mark.parametrize("text", NO_WORD_OF_ALLERGY)
def test_a_drug_that_is_not_to_be_given(nlp: Language, text: str) -> None:
    """That says neither that there is an allergy nor that there is none."""
    if "clinical_sections" not in nlp.pipe_names:
        nlp.add_pipe("clinical_sections", first=True)
    assert rows(nlp, text) == []


def test_an_allergy_that_is_denied_by_name(nlp: Language) -> None:
    if "clinical_sections" not in nlp.pipe_names:
        nlp.add_pipe("clinical_sections", first=True)
    found = rows(nlp, "Allergies: no known allergies to naproxen. Digoxin: vomiting.")
    assert found == [(ALLERGY, "naproxen", "refuted"), (ALLERGY, "digoxin", "unconfirmed")]


def test_a_test_whose_own_result_is_negative(nlp: Language) -> None:
    """The word is a cue of absence to the rules; but the test was done."""
    text = "{t1|Ferritin} {v1|negative}, no {t2|rapid strep test} {v2|positive}."
    doc = make_doc(text, ["RESULT_OF v1 t1", "RESULT_OF v2 t2"])
    doc = nlp.get_pipe("clinical_context")(doc)  # type: ignore[operator]
    (found,) = make_resources(doc)
    assert (words_of(found), code_of(found["interpretation"][0])) == ("Ferritin", "NEG")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ALLERGIES:  [ ] None known   [x] Yes: Tramadol (anaphylaxis), naproxen (vomiting)",
            [(ALLERGY, "tramadol", "unconfirmed"), (ALLERGY, "naproxen", "unconfirmed")],
        ),
        ("Allergies: ☐ NKDA  ☒ amoxicillin (wheals)", [(ALLERGY, "amoxicillin", "unconfirmed")]),
        ("Allergies: [x] None known  [ ] Yes\nTakes enalapril.", [(DRUG, "enalapril", "active")]),
    ],
)
def test_boxes_of_allergies(text: str, expected: list[Row]) -> None:
    assert rows(make_nlp(sections=True), text) == expected
