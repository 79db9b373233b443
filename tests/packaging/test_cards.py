"""Cards: what is known is filled in, what isn't is said not to be given; CHAI's form; answers."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import spacy
from spacy.language import Language

import spacy_clinical
from spacy_clinical.cli import app
from spacy_clinical.corpus.corpus_inventory import inspect_docs
from spacy_clinical.docs import Assertion, set_assertions, set_mentions
from spacy_clinical.errors import PackageError
from spacy_clinical.packaging.card_templates import CHAI, chai_card, hti1_card
from spacy_clinical.packaging.known_attributes import Known, known_attributes, names_group
from spacy_clinical.packaging.source_attributes import (
    Card,
    attributes,
    make_card,
    read_answers,
    read_card,
)
from spacy_clinical.packaging.verification import load, verify
from spacy_clinical.packaging.wheel import PackageSettings
from spacy_clinical.records import Entity, Record

from ..commands import run

SPLITS = {"train": 2, "dev": 3, "eval": 4}
SCORES = {"entities": {"ents_p": 0.8, "ents_r": 0.7, "ents_f": 0.75}}
TEXTS = ("Pain after aspirin .", "No pain .", "Aspirin daily .")


def find(doc: Any) -> Any:
    spans = [token for token in doc if token.lower_ in ("aspirin", "pain")]
    spans = [spacy.tokens.Span(doc, t.i, t.i + 1, label="DRUG") for t in spans]
    set_mentions(doc, spans)
    set_assertions(doc, [[Assertion("assertion", "present")] for _ in spans])
    return doc


Language.component("test_card_words", func=find)


def records(n: int) -> list[Record]:
    return [Record(f"r{i}", TEXTS[i % 3], (Entity("T1", "DRUG", ((0, 2),)),)) for i in range(n)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package to which everything was given that a machine can read."""
    where = tmp_path_factory.mktemp("cards")
    nlp = spacy.blank("en")
    nlp.add_pipe("test_card_words")
    nlp.meta.update(author="A. Maker", email="maker@example.org", license="MIT")
    cases = [{"text": TEXTS[1], "wanted": [{"text": "pain", "label": "DRUG"}]}]
    made = spacy_clinical.package(
        nlp,
        where,
        PackageSettings("carded", "1.0", ("none",), sbom=True),
        corpora={"train": records(5), "eval": records(3)},
        scores=SCORES,
        external=SCORES | {"documents": 40},
        cases=cases,
        answers={"funding": "None.", "release_stage": "Research"},
        allowed=frozenset(" ".join(TEXTS).split()),
    )
    assert len(made.missing) == 31 - len(read_card(inner(made.folder)).sources.keys() & keys())
    return inner(made.folder)


def inner(package: Path) -> Path:
    return package / "en_carded" / "en_carded-1.0"


def keys() -> set[str]:
    return {attribute.key for attribute in attributes()}


def test_there_are_31_in_nine_groups() -> None:
    found = attributes()
    assert len(found) == len(keys()) == len({a.paragraph for a in found}) == 31
    groups = list(dict.fromkeys(a.group for a in found))
    assert [sum(a.group == group for a in found) for group in groups] == [4, 4, 2, 4, 2, 4, 5, 4, 2]


def test_machine_known_attributes_are_filled(folder: Path) -> None:
    card = read_card(folder)
    machine = {key for key, source in card.sources.items() if source == "machine"}
    assert machine & keys() >= {
        "developer", "output", "output_kind", "out_of_scope", "criteria", "input_variables",
        "representativeness", "relevance", "external_data", "external_process", "validity_test",
        "validity_external", "validity_monitoring", "update_process",
    }  # fmt: skip
    assert "A. Maker" in card.values["developer"]
    assert len(machine & keys()) == 14
    assert card.values["external_data"].startswith("40 documents, ")
    assert "5 documents" in card.values["criteria"] and "DRUG" not in card.values["criteria"]
    assert "P 80.0, R 70.0, F1 75.0" in card.values["validity_test"]
    assert "3 notes" in card.values["validity_monitoring"]
    assert "none of the 8 documents" in card.values["representativeness"]
    assert "1 sentences with 1 wanted" in card.values["cases"]
    assert card.sources["funding"] == "person"


def test_nothing_is_made_up(folder: Path, tmp_path: Path) -> None:
    value = json.loads((folder / "card.json").read_text())
    assert len(value["attributes"]) == 31
    for key in (
        "population",
        "intended_use",
        "users",
        "decision_role",
        "limits",
        "fairness_test",
        "fairness_local",
        "outcomes",
        "external_party",
    ):
        assert value["attributes"][key] == {"value": None, "source": "not given"}
    nlp = spacy.blank("en")
    made = spacy_clinical.package(nlp, tmp_path, PackageSettings("carded", "1.0", ("none",)))
    bare = read_card(inner(made.folder))
    assert not {"developer", "validity_test", "criteria", "relevance"} & bare.values.keys()
    assert not (inner(made.folder) / "reference.json").exists()


def test_groups_that_notes_name() -> None:
    nlp = spacy.blank("en")
    docs = {
        "train": [
            spacy_clinical.docs.to_doc(Record("a", "Pain .", meta={"sex": "f"}), nlp.make_doc)
        ]
    }  # type: ignore[attr-defined]
    found = known_attributes(Known(nlp, docs=docs))
    assert "sex in 1" in found["representativeness"]


@Language.component("test_calls_a_server")
def ask_a_server(doc: Any) -> Any:
    return doc


def test_what_nobody_said_is_in_no_value() -> None:
    """Nobody ran the pipeline, nobody said who is to use it, and a score has no borders."""
    nlp = spacy.blank("en")
    nlp.add_pipe("test_calls_a_server")
    found = known_attributes(
        Known(nlp, scores={"relaxed_p": 0.5, "relaxed_r": 0.5, "relaxed_f": 0.5})
    )
    assert not {"intended_use", "users", "decision_role", "limits", "test_data"} & found.keys()
    told = " ".join(found.values()).lower()
    for claim in ("socket", "strict", "assertion", "judgement", "drift", "science/research"):
        assert claim not in told
    assert "relaxed" in found["validation"]


def test_development_data_is_no_test_data() -> None:
    nlp = spacy.blank("en")
    corpora = {name: inspect_docs([nlp.make_doc("a b")] * n) for name, n in SPLITS.items()}
    found = known_attributes(Known(nlp, corpora))
    assert "4 documents" in found["test_data"] and "dev" not in found["test_data"]
    assert "2 documents" in found["criteria"] and "eval" not in found["criteria"]


def test_cases_are_no_validation_on_test_data(folder: Path) -> None:
    root = ElementTree.fromstring(chai_card(read_card(folder)).encode())
    safety = next(node for node in root.iter() if node.tag.endswith("}SafetyReliability"))
    told = {node.tag.split("}")[1]: node.text for node in safety.iter()}
    assert "sentences" in str(told["Label"])
    assert told["TestingDataDescription"] == "not given"
    assert told["ValidationProcessAndJustification"] == "not given"
    biases = next(node for node in root.iter() if node.tag.endswith("EthicalConsiderations"))
    assert biases.text == "not given"


GROUP_FIELDS = ("patient_sex", "PatientAge", "dateOfBirth", "birth_date", "gender", "RACE", "dob")
OTHER_FIELDS = ("trace_id", "embrace", "terrace", "language_model", "page", "stage", "image_age_x")


@pytest.mark.parametrize("name", [*GROUP_FIELDS, *OTHER_FIELDS])
def test_fields_that_tell_of_groups(name: str) -> None:
    assert names_group(name) == (name in GROUP_FIELDS)


def test_hti1_says_not_given(folder: Path) -> None:
    text = hti1_card(read_card(folder))
    assert text.count("**(") == 31
    assert text.count("\nnot given\n") == len(read_card(folder).missing)


# The sequence of elements of AppliedModelCard in CHAI's schema, version 0.2, written as a tree.
CHAI_ORDER = """
BasicInfo: ModelName ModelDeveloper DeveloperContact
ReleaseInfo: ReleaseStage ReleaseDate ReleaseVersion GlobalAvailability
ModelSummary: Summary Keywords
UsesAndDirections: IntendedUseAndWorkflow PrimaryIntendedUsers HowToUse TargetedPatientPopulation CautionedOutOfScopeSettings
Warnings: KnownRisksAndLimitations KnownBiasesOrEthicalConsiderations ClinicalRiskLevel
TrustIngredients: AISystemFacts TransparencyInformation
AISystemFacts: OutcomesAndOutputs ModelType InputDataSource OutputAndInputDataTypes DevelopmentDataCharacterization BiasMitigationApproaches OngoingMaintenance Security
TransparencyInformation: FundingSource StakeholdersConsulted
KeyMetrics: UsefulnessUsabilityEfficacy FairnessEquity SafetyReliability
UsefulnessUsabilityEfficacy: MetricGoal Results Interpretation TestType TestingDataDescription ValidationProcessAndJustification
Results: MetricResult
MetricResult: Label ValueJson
Resources: PeerReviewedPublications PatientConsentOrDisclosure
"""  # noqa: E501


def test_chai_has_the_elements_of_the_schema_in_order(folder: Path) -> None:
    root = ElementTree.fromstring(chai_card(read_card(folder)).encode())
    order = dict(line.split(": ") for line in CHAI_ORDER.strip().splitlines())
    assert root.tag == f"{{{CHAI}}}AppliedModelCard"
    assert [child.tag.split("}")[1] for child in root] == [
        "BasicInfo", "ReleaseInfo", "ModelSummary", "UsesAndDirections", "Warnings",
        "TrustIngredients", "KeyMetrics", "Resources", "Bibliography",
    ]  # fmt: skip
    for node in root.iter():
        name = node.tag.split("}")[1]
        if name in order:
            assert [child.tag.split("}")[1] for child in node] == order[name].split()
    texts = {node.tag.split("}")[1]: node.text for node in root.iter()}
    assert texts["FundingSource"] == "None." and texts["ReleaseStage"] == "Research"
    assert texts["ReleaseVersion"] == "1.0" and texts["ClinicalRiskLevel"] == "not given"


def test_answers(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("funding: Our own.\npopulation: Adults.\nusers:\n")
    answers = read_answers(tmp_path / "c.yml")
    card = make_card("x", "1", {"users": "known"}, answers)
    assert (card.values["users"], card.sources["population"]) == ("known", "person")
    for wrong in ({"fundnig": "x"}, {"funding": 3}, {"funding": " "}):
        with pytest.raises(PackageError, match=r"SC952.*number 1") as caught:
            make_card("x", "1", {}, wrong)  # type: ignore[arg-type]
        assert "fundnig" not in str(caught.value)
    (tmp_path / "c.yml").write_text("- a")
    with pytest.raises(PackageError, match="SC959"):
        read_answers(tmp_path / "c.yml")
    assert Card("x", "1").value("users") == "not given"


def test_the_commands(folder: Path, tmp_path: Path) -> None:
    done = run(app, "card", "check", folder)
    assert done.exit_code == 0, done.output
    assert "not given" in done.output and "population: Which patients" in done.output
    assert run(app, "card", "check", folder, "--require").exit_code == 2
    done = run(app, "card", "show", folder, "--to", "chai", "-o", tmp_path / "card.xml")
    assert done.exit_code == 0 and ElementTree.parse(tmp_path / "card.xml")
    assert "(7)(i)" in run(app, "card", "show", folder).output
    assert "SC519" in run(app, "card", "show", folder, "--to", "x").output
    (tmp_path / "config.cfg").write_text("")
    assert "SC953" in run(app, "card", "check", tmp_path).output


# The bill of materials


def test_the_bill_is_valid_and_names_what_is_there(folder: Path) -> None:
    validators = pytest.importorskip("cyclonedx.validation.json")
    from cyclonedx.schema import SchemaVersion

    text = (folder / "sbom.cdx.json").read_text()
    assert validators.JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    found = {x["bom-ref"]: x for x in bill["components"]}
    assert {"spacy", "torch", "spacy-clinical", "numpy", "thinc"} <= found.keys()
    assert found["spacy"]["purl"] == f"pkg:pypi/spacy@{spacy.__version__}"
    assert "file:config.cfg" in found and "file:card.json" in found
    refs = {row["ref"] for row in bill["dependencies"]}
    assert all(set(row["dependsOn"]) <= refs for row in bill["dependencies"])
    assert "thinc" in next(r for r in bill["dependencies"] if r["ref"] == "spacy")["dependsOn"]
    assert verify(folder, allow=["tests"]).files > 8


# Signatures


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with key.pem and public.pem, and those of another algorithm."""
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = tmp_path_factory.mktemp("keys")
    kinds = {
        "": ed25519.Ed25519PrivateKey.generate(),
        "ec_": ec.generate_private_key(ec.SECP256R1()),
    }
    kinds["other_"] = ed25519.Ed25519PrivateKey.generate()
    for name, secret in kinds.items():
        pem = secret.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
        (folder / f"{name}key.pem").write_bytes(pem)
        public = secret.public_key().public_bytes(
            s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / f"{name}public.pem").write_bytes(public)
    return folder


def test_signed_packages(key: Path, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    settings = PackageSettings("carded", "1.0", ("none",), sign=key / "key.pem")
    model = inner(spacy_clinical.package(nlp, tmp_path, settings).folder)
    assert verify(model, public_key=key / "public.pem").signed
    assert not verify(model).signed
    assert load(model, public_key=key / "public.pem").lang == "en"
    with pytest.raises(PackageError, match="SC818"):
        load(model, verify=False, public_key=key / "other_public.pem")
    done = run(app, "verify", model, "--public-key", key / "public.pem")
    assert done.exit_code == 0 and "signed by the key" in done.output
    for name, code in (("other_public.pem", "SC954"), ("ec_public.pem", "SC955"), ("x", "SC955")):
        with pytest.raises(PackageError, match=code):
            verify(model, public_key=key / name)
    signature = model / "MANIFEST.json.sig"
    content = signature.read_bytes()
    for wrong in (b"", b"AAAA", content[:10] + b"A" + content[11:], b"\xff"):
        signature.write_bytes(wrong if wrong != content else b"B")
        with pytest.raises(PackageError, match="SC954"):
            verify(model, public_key=key / "public.pem")
    signature.unlink()
    with pytest.raises(PackageError, match=r"SC954.*missing"):
        verify(model, public_key=key / "public.pem")


def test_keys_that_cant_sign(key: Path, tmp_path: Path) -> None:
    for name in ("public.pem", "ec_key.pem", "none"):
        settings = PackageSettings("carded", "1.0", ("none",), sign=key / name)
        with pytest.raises(PackageError, match="SC955"):
            spacy_clinical.package(spacy.blank("en"), tmp_path / "p", settings)
        assert not list((tmp_path / "p").glob("*"))
