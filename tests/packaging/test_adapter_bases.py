"""Pipelines that carry adapters only: what their packages ask for, and what they share."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
import spacy
from spacy.language import Language
from thinc.api import Config

from spacy_clinical.encoder.find_encoders import find_encoders
from spacy_clinical.errors import CommandError, EncoderError
from spacy_clinical.packaging.adapter_bases import require_encoders
from spacy_clinical.packaging.forgotten_paths import forget_weights
from spacy_clinical.training.string_pruning import without_texts

CONFIG = """
[nlp]
lang = "en"
pipeline = ["transformer"]

[components]

[components.transformer]
factory = "clinical_encoder"

[components.transformer.model]
@architectures = "spacy-clinical.TransformerModel.v1"
window = 48
overlap = 8
adapter_rank = 2
adapter_only = true
keep_vectors = true

[components.transformer.model.weights]
@misc = "spacy-clinical.EncoderWeights.v1"
"""
Make = Callable[..., Language]


@pytest.fixture()
def make(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Pipelines of adapters on the tiny encoder, which is an installed package here."""
    copytree(tiny_encoder, tmp_path / "small_reader" / "files")
    (tmp_path / "small_reader" / "__init__.py").touch()
    facts = tmp_path / "small_reader-1.2.3.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: small-reader\nVersion: 1.2.3\n")
    monkeypatch.syspath_prepend(tmp_path)

    def pipeline(**weights: str) -> Language:
        config = Config().from_str(CONFIG)
        config["components"]["transformer"]["model"]["weights"].update(weights)
        nlp = spacy.util.load_model_from_config(config, auto_fill=True)
        nlp.initialize()
        return nlp

    return pipeline


def test_the_package_asks_for_the_encoder_in_its_version(make: Make) -> None:
    nlp = make(package="small-reader")
    for _ in range(2):
        require_encoders(nlp)
        assert nlp.meta["requirements"] == ["small-reader==1.2.3"]


def test_saved_without_the_network_and_loaded_on_the_shared_one(make: Make, tmp_path: Path) -> None:
    nlp = make(package="small-reader")
    without_texts(nlp).to_disk(tmp_path / "saved")
    size = sum(path.stat().st_size for path in (tmp_path / "saved" / "transformer").iterdir())
    assert size < 20_000  # the encoder has 80,000 bytes
    loaded = [spacy.load(tmp_path / "saved") for _ in range(2)]
    networks = [find_encoders(x)[0].shim._model for x in loaded]
    name = "encoder.layer.1.output.dense.weight"
    assert networks[0].get_parameter(name) is networks[1].get_parameter(name)
    found = [x("No rash after aspirin .")._.trf_data.vectors for x in (nlp, *loaded)]
    assert (found[0] == found[1]).all() and (found[0] == found[2]).all()


def test_an_encoder_of_a_folder_alone_cannot_be_asked_for(make: Make, tiny_encoder: Path) -> None:
    with pytest.raises(CommandError, match="SC229"):
        require_encoders(make(folder=str(tiny_encoder)))
    both = make(folder=str(tiny_encoder), package="small-reader")
    require_encoders(both)
    assert both.meta["requirements"] == ["small-reader==1.2.3"]


def test_a_folder_that_is_forgotten_is_missed_with_a_code(
    make: Make, tiny_encoder: Path, tmp_path: Path
) -> None:
    make(folder=str(tiny_encoder)).to_disk(tmp_path / "saved")
    spacy.load(tmp_path / "saved")
    forget_weights(tmp_path / "saved")
    with pytest.raises(EncoderError, match="SC225"):
        spacy.load(tmp_path / "saved")


def test_pipelines_without_adapters_ask_for_nothing() -> None:
    nlp = spacy.blank("en")
    require_encoders(nlp)
    assert "requirements" not in nlp.meta
