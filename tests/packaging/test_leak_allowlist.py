"""What stands in a package without having come from a text: numbers that are counted, sizes, rules
of the tokenizer."""

import base64
import hashlib
import json
from pathlib import Path

import spacy
import srsly
from spacy.language import Language

from spacy_clinical.corpus.corpus_inventory import inspect_docs
from spacy_clinical.packaging.leak_allowlist import public_words
from spacy_clinical.packaging.model_card import model_card
from spacy_clinical.packaging.text_leaks import Report, Search, scan

CLINICAL = {"nlp": {"tokenizer": {"@tokenizers": "spacy-clinical.Tokenizer.v1"}}}


def test_exceptions_of_the_tokenizer_are_public_and_added_ones_are_not() -> None:
    nlp = spacy.blank("en", config=CLINICAL)
    nlp.tokenizer.add_special_case("Zebediahs", [{"ORTH": "Zebediah"}, {"ORTH": "s"}])
    assert set(spacy.blank("en", config=CLINICAL).tokenizer.rules) > {"9am"}
    public = public_words(nlp)
    assert "9am" in public
    assert "Zebediahs" not in public


def test_numbers_of_config_and_weights_are_public(trained: Language) -> None:
    model = trained.get_pipe("transformer").model  # type: ignore[attr-defined]
    shim = next(shim for node in model.walk() for shim in node.shims)
    rows = shim._model.get_input_embeddings().weight.shape[0]
    public = public_words(trained)
    assert str(rows) in public and "99887766" not in public
    assert "32768" in public_words(spacy.blank("en", config={"nlp": {"batch_size": 32768}}))


def test_counts_on_the_card_are_no_numbers_of_five_digits() -> None:
    report = Report(words=18027, short=21212, files=12)
    nlp = spacy.blank("en")
    found = inspect_docs([nlp("fever")])
    found.counts["tokens"] = 28040
    text = model_card(nlp, corpora={"train": found}, report=report)
    assert "18,027 words" in text and "| 28,040 |" in text
    assert Search({"18027": "", "21212": "", "28040": ""}).in_text(text) == set()


def test_the_size_of_a_file_is_no_find(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"\xff" * 18027)
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"weights": 18027}))
    (tmp_path / "RECORD").write_text("weights,,18027\n")
    places = {"18027": "", "28040": "document 1, 0-5"}
    assert scan(tmp_path, Search(places)).found == {}
    (tmp_path / "other").write_bytes(srsly.msgpack_dumps({"seen": 28040}))
    assert scan(tmp_path, Search(places)).found == {"other": 1}


def test_pieces_of_a_digest_are_no_words() -> None:
    search = Search({"Ann": "", "Lee": ""})
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"").digest()).decode().rstrip("=")
    digest = f"-ann-{digest[5:]}"
    assert search.in_text(f"a,sha256={digest},0") == set()
    assert search.in_text(f"a,sha256={digest},0,Lee") == {"Lee"}
    assert search.in_text("sha256=-ann-") == {"Ann"}


def test_digits_within_a_longer_number_are_none(tmp_path: Path) -> None:
    """As in the places of a file of weights, which are eight digits long."""
    search = Search({"168256": "document 862", "4471823": "document 3"})
    (tmp_path / "weights").write_bytes(b'\xa6{"data_offsets":[83166720,83168256]}\x00\xff')
    assert scan(tmp_path, search).found == {}
    (tmp_path / "weights").write_bytes(b"\xa6168256\xff\x004471823")
    assert scan(tmp_path, search).found == {"weights": 2}
