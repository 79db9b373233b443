"""Every config loads, says all that it means, and fits any machine."""

from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.cli.init_config import fill_config
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry, walk_dict
from thinc.api import Adam, Config

from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.encoder.weights import EncoderWeights
from spacy_clinical.tokenizer import BoundedTokenizer

from .conftest import make_examples

FOLDER = Path(__file__).parents[1] / "configs"
ASSEMBLED = {  # not trained
    FOLDER / f"{name}.cfg"
    for name in ("rules", "linked", "starter", "llm", "radiology", "radiology_rules", "deid_rules")
}
RULES = FOLDER / "rules.cfg"
TUNED = sorted(FOLDER.glob("tuned_*.cfg"))  # begin with a trained pipeline
FORKED = FOLDER / "tuned_public.cfg"  # ... and leave it as it is, but for a branch
RULES_ALONE = sorted(path for path in ASSEMBLED if path.stem not in ("linked", "llm"))
CONFIGS = sorted(set(FOLDER.glob("*.cfg")) - ASSEMBLED - {*TUNED})
every_config = pytest.mark.parametrize("path", [*CONFIGS, *TUNED], ids=lambda path: path.stem)


@pytest.fixture(params=CONFIGS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def leaves(config: Config) -> dict[tuple[str, ...], Any]:
    return {tuple(key): value for key, value in walk_dict(config)}


def build(path: Path) -> Language:
    return spacy.util.load_model_from_config(load_config(path), auto_fill=True)


def test_there_are_configs() -> None:
    assert {path.stem for path in CONFIGS} >= {"sample", "bc5cdr", "bc5cdr_spacy_ner"}


@pytest.mark.parametrize("path", [*CONFIGS, *RULES_ALONE], ids=lambda path: path.stem)
def test_filling_adds_defaults_and_changes_nothing(path: Path, tmp_path: Path) -> None:
    """`spacy init fill-config` keeps every value, and filling twice adds nothing."""
    written = leaves(load_config(path, interpolate=False))
    fill_config(tmp_path / "once.cfg", path, silent=True)
    filled = leaves(load_config(tmp_path / "once.cfg", interpolate=False))
    assert {key: filled[key] for key in written} == written
    fill_config(tmp_path / "twice.cfg", tmp_path / "once.cfg", silent=True)
    assert (tmp_path / "twice.cfg").read_text() == (tmp_path / "once.cfg").read_text()


def test_the_pipeline_is_built_without_weights(path: Path) -> None:
    nlp = build(path)
    assert nlp.pipe_names == load_config(path)["nlp"]["pipeline"]
    transformer = nlp.get_pipe("transformer")
    weights = transformer.model.attrs["weights"]  # type: ignore[attr-defined]
    assert isinstance(weights, EncoderWeights)
    assert weights.folder is None
    assert weights.package and (weights.hub or weights.languages)
    assert transformer.model.shims[0]._model is None  # type: ignore[attr-defined]


def test_components_stand_in_order(path: Path) -> None:
    """No component asks for what none before it assigns."""
    problems = build(path).analyze_pipes()["problems"]
    ours = {name: found for name, found in problems.items() if name.startswith("clinical")}
    assert not any(ours.values()), ours


@every_config
def test_paths_are_left_to_the_user(path: Path) -> None:
    config = load_config(path)
    assert set(config["paths"].values()) == {None}
    assert config["paths"].keys() >= {"dev", "base" if path in TUNED else "encoder"}
    assert "train" in config["paths"] or "parts" in config["corpora"]["train"]
    for key, value in leaves(load_config(path, interpolate=False)).items():
        assert not (isinstance(value, str) and value.startswith(("/", "~", "."))), key


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.cfg")), ids=lambda path: path.stem)
def test_every_name_is_registered(path: Path) -> None:
    names = [
        (key[-1][1:], value)
        for key, value in leaves(load_config(path)).items()
        if key[-1][0] == "@"
    ]
    assert len(names) > 5 or path in ASSEMBLED
    for table, name in names:
        assert registry.has(table, name), f"{table}: {name}"
    for component in load_config(path)["components"].values():
        assert "source" in component or Language.has_factory(component["factory"])


@pytest.mark.parametrize("path", RULES_ALONE, ids=lambda path: path.stem)
def test_configs_of_rules_are_assembled(path: Path) -> None:
    """`spacy assemble` builds them as they stand, and their components find each other."""
    config = load_config(path)
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    assert nlp.pipe_names == config["nlp"]["pipeline"]
    assert not any(nlp.analyze_pipes()["problems"].values())


@every_config
def test_relations_learn_on_the_encoder_of_the_entities(path: Path) -> None:
    """One encoder pass a document: every other component only listens."""
    for name, component in load_config(path)["components"].items():
        if "tok2vec" in component.get("model", {}) and name != "transformer":
            listener = component["model"]["tok2vec"]["@architectures"]
            assert listener == "spacy-clinical.TransformerListener.v1"


@every_config
def test_texts_stay_out_of_saved_pipelines(path: Path) -> None:
    """Except of the baseline's, which nobody installs."""
    callback = load_config(path)["training"].get("before_to_disk")
    pruned = callback == {"@callbacks": "spacy-clinical.prune_strings.v1"}
    assert pruned == (path.stem != "bc5cdr_spacy_ner")


def test_annotating_components_are_in_the_pipeline(path: Path) -> None:
    config = load_config(path)
    assert set(config["training"].get("annotating_components", [])) <= set(
        config["nlp"]["pipeline"]
    )
    if "clinical_rel" in config["nlp"]["pipeline"]:
        limited = config["components"]["clinical_rel"]["candidates"]["max_sentences"] is not None
        annotating = config["training"].get("annotating_components", [])
        assert limited <= any(name in annotating for name in ("sentencizer", "clinical_sentences"))


@pytest.mark.parametrize("path", sorted({*TUNED} - {FORKED}), ids=lambda path: path.stem)
def test_training_goes_on_from_a_trained_pipeline(
    path: Path, tiny_nlp: Language, tmp_path: Path
) -> None:
    """Its weights are there when the training begins, and are trained."""
    nlp = begin(path, tiny_nlp, tmp_path)
    before = weights_of(nlp)
    assert all(map(numpy.array_equal, before, weights_of(tiny_nlp)))
    nlp.update(make_examples(nlp), losses={}, sgd=False)
    for name in ("transformer", "clinical_ner"):
        nlp.get_pipe(name).finish_update(Adam(0.01))  # type: ignore[attr-defined]
    assert not any(map(numpy.array_equal, before, weights_of(nlp)))


def test_a_branch_learns_beside_a_trained_pipeline(tiny_nlp: Language, tmp_path: Path) -> None:
    nlp = begin(FORKED, tiny_nlp, tmp_path)
    before, branch = weights_of(nlp), branch_of(nlp)
    for _ in range(3):  # the heads' last layers begin with zeros, and give the first step none
        nlp.update(make_examples(nlp), sgd=Adam(0.01), exclude=["clinical_ner"])
    assert all(map(numpy.array_equal, before, weights_of(nlp)))
    assert not numpy.array_equal(branch, branch_of(nlp))
    assert load_config(FORKED)["training"]["frozen_components"] == ["clinical_ner"]


def begin(path: Path, base: Language, folder: Path) -> Language:
    """RETURNS (Language): As a training by a config would begin, which starts from a pipeline."""
    base.to_disk(folder / path.stem)
    docs = [eg.reference for eg in make_examples(base)]
    DocBin(docs=docs).to_disk(folder / "docs.spacy")
    paths = dict.fromkeys(load_config(path)["paths"], str(folder / "docs.spacy"))
    paths |= {"base": str(folder / path.stem), "encoder": None}
    overrides = {f"paths.{name}": value for name, value in paths.items()}
    config = load_config(path, overrides=overrides, interpolate=False)
    if "parts" in config["corpora"]["train"]:
        config["corpora"]["train"] = config["corpora"]["dev"]
    components = config["components"]
    if "factory" in components.get("clinical_assertion", {}):
        components["clinical_assertion"] |= {"learn": ["assertion"], "defaults": {}}
    if "factory" in components.get("clinical_concept_rel", {}):
        told = {"CAUSES": {"head": ["DRUG"], "tail": ["SIGN"]}}
        components["clinical_concept_rel"]["relations"] = told
    if path == FORKED:
        config["initialize"]["before_init"]["layers"] = 1
    return init_nlp(config)


def weights_of(nlp: Language) -> list[Any]:
    """Some of the encoder, and the entity scores' matrix."""
    heads: Any = nlp.get_pipe("clinical_ner")
    network: Any = find_encoders(nlp)[0][2]._model
    linear = next(node for node in heads.model.walk() if node.has_param("W"))
    weight = network.encoder.layer[0].output.dense.weight
    return [weight.detach().numpy().copy(), linear.get_param("W").copy()]


def branch_of(nlp: Language) -> Any:
    network: Any = find_encoders(nlp)[0].shim._model
    return network.encoder.layer[-1].branch.output.dense.weight.detach().numpy().copy()


def test_rules_are_assembled_into_a_pipeline(tmp_path: Path) -> None:
    config = load_config(RULES)
    assert (RULES.parents[1] / config["paths"]["patterns"]).is_file()
    config["paths"]["patterns"] = str(RULES.parents[1] / config["paths"]["patterns"])
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize()
    assert isinstance(nlp.tokenizer, BoundedTokenizer)
    assert nlp.analyze_pipes()["problems"]["clinical_context"] == []
    before = registry.resolve({"callback": config["training"]["before_to_disk"]})["callback"]
    before(nlp).to_disk(tmp_path / "rules")
    doc = spacy.load(tmp_path / "rules")(
        "No fever. Father had a stroke. MI (myocardial infarction)?"
    )
    found = [(ent.text, ent._.assertion, ent._.long_form) for ent in doc.ents]
    assert found == [
        ("fever", "absent", None),
        ("stroke", "family", None),
        ("myocardial infarction", "possible", None),
    ]


def test_the_rules_of_identifiers_are_assembled(tmp_path: Path) -> None:
    config = load_config(FOLDER / "deid_rules.cfg")
    before = spacy.util.load_model_from_config(config, auto_fill=True)
    before.initialize()
    before.to_disk(tmp_path / "rules")
    doc = spacy.load(tmp_path / "rules")("Dr. Quillane, labs 24JUL91: Na 133 at 10:30.")
    assert [(span.text, span.label_) for span in doc.spans["phi"]] == [
        ("Quillane", "DOCTOR"),
        ("24JUL91", "DATE"),
    ]


def test_rules_config_says_all_that_it_means(tmp_path: Path) -> None:
    written = leaves(load_config(RULES, interpolate=False))
    fill_config(tmp_path / "filled.cfg", RULES, silent=True)
    filled = leaves(load_config(tmp_path / "filled.cfg", interpolate=False))
    assert {key: filled[key] for key in written} == written
    ours = [key for key in filled if key[0] == "components" and key[1].startswith("clinical")]
    assert {key for key in ours if key[-1] != "scorer" and "scorer" not in key} <= set(written)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.cfg")), ids=lambda path: path.stem)
def test_no_component_empties_the_tensor(path: Path) -> None:
    """spaCy's `doc_cleaner` has `tensor = null` among its defaults, whatever else is set: with it
    `Span.as_doc`, `doc.vector` and `similarity` raise (spaCy 3.8.18)."""
    components = load_config(path, interpolate=False)["components"]
    assert "doc_cleaner" not in {section.get("factory") for section in components.values()}
