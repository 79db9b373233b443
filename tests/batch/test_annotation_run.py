"""What a run hands on to its output."""

from pathlib import Path

import spacy

from spacy_clinical.batch.run_settings import RunSettings
from spacy_clinical.exports.export_settings import ExportSettings


def test_exports_get_what_the_run_was_told() -> None:
    told = RunSettings(
        only_asserted=True, mappings=Path("mine"), code_system="RXNORM", guard_formulas=True
    )
    nlp = spacy.blank("en")
    nlp.meta |= {"name": "ward", "version": "2.0.1"}
    assert told.export_settings(nlp, "2026-01-02T03:04:05+00:00") == ExportSettings(
        system="en_ward",
        version="2.0.1",
        time="2026-01-02T03:04:05+00:00",
        only_asserted=True,
        mappings=Path("mine"),
        code_system="RXNORM",
        guard_formulas=True,
        language="en",
    )
