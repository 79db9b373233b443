"""Thresholds of labels that a config can't hold as keys: confection 1.3.4 reads them as others."""

from pathlib import Path

import pytest
import spacy

from spacy_clinical.pipeline.heads.pipeline_checks import fits_config, keep_thresholds


@pytest.mark.parametrize(
    ("label", "fits"),
    [
        ("ADE-Drug", True),
        ("Sign/Symptom", True),
        ("I.V. drug", True),
        ("CPR:3", False),
        ("dose=high", False),
        ("#2", False),
        ("; late", False),
        ("[x]", False),
        ("drug ", False),
        ("", False),
    ],
)
def test_what_a_config_holds(label: str, fits: bool) -> None:
    assert fits_config(label) is fits


@pytest.mark.parametrize("factory", ["clinical_ner", "clinical_rel"])
def test_a_pipeline_with_chemprot_s_labels_is_loaded_with_all_thresholds(
    tmp_path: Path, factory: str
) -> None:
    """ChemProt's relations are called "CPR:3": `tune` and `calibrate` set a threshold for each."""
    nlp = spacy.blank("en")
    nlp.add_pipe(factory)
    cfg = nlp.get_pipe(factory).cfg  # type: ignore[attr-defined]
    cfg["thresholds"] = {"CPR:3": 0.4, "Drug": 0.3}
    keep_thresholds(nlp, factory, cfg)
    assert nlp.get_pipe_config(factory)["thresholds"] == {"Drug": 0.3}
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path).get_pipe(factory).cfg  # type: ignore[attr-defined]
    assert loaded["thresholds"] == pytest.approx({"CPR:3": 0.4, "Drug": 0.3}, abs=1e-9)
