"""The tokenizer: borders wherever a mention may begin or end, kept by saved pipelines."""

import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import load_model_from_config
from thinc.api import Config

from spacy_clinical.formats import read
from spacy_clinical.tokenizer import LONGEST_TOKEN, make_tokenizer

CONFIG = """
[nlp]
lang = "en"
pipeline = []

[nlp.tokenizer]
@tokenizers = "spacy-clinical.Tokenizer.v1"
"""


def build(lang: str = "en") -> Language:
    config = Config().from_str(CONFIG)
    config["nlp"]["lang"] = lang
    return load_model_from_config(config, auto_fill=True)


NLP = build()


def words(text: str) -> list[str]:
    return [token.text for token in NLP.make_doc(text)]


@pytest.mark.parametrize(
    "expected",
    [
        "aspirin|-|induced",
        "(|H|2|-|blocker|)|,",
        "10|mg|/|kg|/|d",
        "5|-|HT|2|A",
        "CD|4|+",
        "2|'|,|3|'|-|dideoxy",
        "vitamin C|.",
        "p|<|0.05",
        "1,000.5|%",
        "120|/|80",
        "1.5|-|2.5|mmol|/|L",
        "TNF|\u03b1|/|β|-|catenin",
        "interferon|\u03b3",
        "VT|s",
        "r|DEN|2|Delta|30",
        "h|G|R|alpha",
        "AU|C|proinsulin",
        "m|RNA",
        "Parkinson|'s",
        "Crohn|\u2019s|-|like",
        "l|'|aspirine",
        "do|n't",
        "x|-|-|y",
        "a|\u200b|b",
        "5|\u2009|mg",
        "m|²",
        "a|_|b",
        "https://example.org/a?b=1|.",
        "naïve",
        "e\u0301te\u0301",
        "हिन्दी",
        "患|者|CT|示|肺|炎|3|天",
        "発|熱|と|カ|テ|ー|テ|ル",
        "ผู้|ป่|ว|ย|มี|ไ|ข้",
        "Привет",
        "...",
    ],
)
def test_borders(expected: str) -> None:
    expected = "|".join(expected) if expected == "..." else expected
    assert words(expected.replace("|", "")) == expected.replace(" ", "|").split("|")


@given(st.text(st.sampled_from("aB1\u03b1.,-/'\u2019( )\n\u2009\u200b²_é\u0301s"), max_size=14))
def test_what_every_text_keeps(text: str) -> None:
    """The text itself, and no sign inside a token, but in numbers and after an apostrophe."""
    doc = NLP.make_doc(text)
    assert doc.text == text
    for token in doc:
        signs = [c for c in token.text if unicodedata.category(c)[0] in "PSC" and c != "\n"]
        inside = token.text if len(token.text) > 1 and signs else ""
        assert not inside or set(signs) <= set(".,") or inside[0] in "'\u2019" or "n'" in inside


@pytest.mark.parametrize("lang", ["de", "fr", "el", "ru", "xx"])
def test_any_language(lang: str) -> None:
    doc = build(lang).make_doc("β-Blocker (10mg/d)")
    assert [t.text for t in doc] == ["β", "-", "Blocker", "(", "10", "mg", "/", "d", ")"]


def test_saved_with_the_pipeline(tmp_path: Path) -> None:
    """The rules are on disk: what is loaded doesn't depend on the code that made them."""
    NLP.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    loaded_again = spacy.blank("en").from_bytes(NLP.to_bytes())
    text = "H2-blocker, 10mg/d: don't give (5-HT6)\u2009\u200bTNF\u03b1 https://a.b/c 1,000.5"
    for nlp in (loaded, loaded_again):
        assert [t.text for t in nlp.make_doc(text)] == words(text)


RUNS = ["(", ".", "'", "a'", "a.", "aB1", "\u0301", "患", "x", "don't-", "\u200b", "?!", "/1"]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_are_read_in_time(run: str) -> None:
    """spaCy alone takes minutes for 20,000 brackets; the text is kept, and no token is huge."""
    text = "Pain " + (run * 20_000)[:20_000] + " don't go. " + "(" * 100 + " end"
    start = time.process_time()
    doc = NLP.make_doc(text)
    assert time.process_time() - start < 15
    assert doc.text == text
    assert max(map(len, doc)) <= LONGEST_TOKEN
    assert [(t.text, t.norm_, t.whitespace_) for t in doc if t.text == "n't"][-1] == (
        "n't",
        "not",
        " ",
    )


@given(st.lists(st.sampled_from(["ab", "B1", "(", ".,", "-/", " ", "\n", "'s", "5"]), max_size=90))
def test_cuts_change_no_token(parts: list[str]) -> None:
    """What is cut into pieces has the tokens that spaCy gives without the cuts."""
    text, ours = "".join(parts), NLP.tokenizer
    plain = [(t.text, t.norm_, t.whitespace_) for t in Tokenizer.__call__(ours, text)]
    assert [(t.text, t.norm_, t.whitespace_) for t in ours(text)] == plain


def test_long_runs_leave_the_cache_alone() -> None:
    """spaCy's cache takes 10,000 runs and is never emptied: pieces that don't come again must not
    fill it, or every later note is slow."""
    tokenizer = build().tokenizer
    tokenizer("".join(f"({i}" for i in range(30_000)))
    read: list[str] = []
    find = tokenizer.infix_finditer
    tokenizer.infix_finditer = lambda text: read.append(text) or find(text)
    tokenizer("".join(f"({i}" for i in range(30_000)))
    read.clear()
    for _ in range(2):
        tokenizer("drug-induced")
    assert read == ["drug-induced"]


@pytest.mark.parametrize(
    "address", ["https://example.org/" + "a-b/" * 30 + "c", "www." + "x.y" * 40]
)
def test_an_address_is_not_cut(address: str) -> None:
    assert words(f"see {address} now") == ["see", address, "now"]


def test_notes_leave_nothing_in_the_rules() -> None:
    before = dict(NLP.tokenizer.rules)
    NLP.make_doc("Xyzzy was given 10mg")
    assert NLP.tokenizer.rules == before
    assert not any("Xyzzy" in rule for rule in NLP.tokenizer.rules)


CORPORA = {
    "bc5cdr": ("CDR_TrainingSet.PubTator.txt", "CDR_DevelopmentSet.PubTator.txt"),
    "ncbi_disease": ("NCBItrainset_corpus.txt", "NCBIdevelopset_corpus.txt"),
    "biored": ("Train.PubTator", "Dev.PubTator"),
    "maccrobat2020": ("",),
}


@pytest.mark.corpora
@pytest.mark.parametrize("name", CORPORA)
def test_mentions_of_the_corpora(corpora: Path, name: str) -> None:
    """None is lost, but those that cut a word between two letters of one case."""
    tokenizer = make_tokenizer()(spacy.blank("en"))
    lost = 0
    for file in CORPORA[name]:
        path = corpora / name / file
        options: dict[str, Any] = {} if path.is_dir() else {"format": "pubtator", "strict": False}
        for record in read(path, **options):
            doc = tokenizer(record.text)
            starts = {token.idx for token in doc}
            ends = {token.idx + len(token) for token in doc}
            for entity in record.entities:
                if len(entity.fragments) > 1:
                    continue
                for place, borders in zip(entity.fragments[0], (starts, ends), strict=True):
                    if place not in borders:
                        lost += 1
                        before, after = record.text[place - 1 : place + 1]
                        assert before.isalpha() and after.isalpha()
                        assert before.isupper() == after.isupper()
    assert lost == {"biored": 13, "maccrobat2020": 8}.get(name, 0)
