"""Phrases: variants, marks, borders of words, offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.context.phrase_forms import has_words, openings, variants
from spacy_clinical.context.phrase_words import fold, lower
from spacy_clinical.context.phrases import PhraseFinder


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("No  Signs of", ["no signs of"]),
        ("{is|was} {not |}seen", ["is not seen", "is seen", "was not seen", "was seen"]),
        (": no <end>", [": no <end>"]),
    ],
)
def test_variants(phrase: str, expected: list[str]) -> None:
    assert variants(phrase) == expected


@pytest.mark.parametrize("phrase", ["", "{|}", "a { b", "a } b", "a | b", "a <end> b", "<end>"])
def test_what_is_no_phrase(phrase: str) -> None:
    with pytest.raises(ValueError):
        variants(phrase)


PHRASES = [
    "no",
    "no signs of",
    "negative",
    "negative <end>",
    ": no <end>",
    "<start> r/o",
    "h/o",
    "未见",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No  signs\nof it", ["no signs of"]),
        ("No sign of it", ["no"]),
        ("know, nose, no-one", ["no"]),
        ("negative for", ["negative"]),
        ("negative, for", ["negative <end>"]),
        ("negative\nfor", ["negative <end>"]),
        ("Fever: no, x", [": no <end>"]),
        ("Lungs: no wheeze", ["no"]),
        ("a r/o b; R/O c", ["<start> r/o"]),
        ("H/O x", ["h/o"]),
        ("双肺未见异常", ["未见"]),
        ("", []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    finder = PhraseFinder((phrase, phrase) for phrase in PHRASES)
    assert [match.value for match in finder.find(text)] == expected


def test_offsets_are_of_the_text_as_it_is() -> None:
    text = "İİ: NO  SIGNS of"
    (match,) = PhraseFinder([("no signs of", 1)]).find(text)
    assert text[match.start : match.end] == "NO  SIGNS of"


@given(st.text())
def test_lower_keeps_offsets(text: str) -> None:
    assert len(lower(text)) == len(text)


@given(st.text())
def test_folding_keeps_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_widths_and_traditional_characters_are_one() -> None:
    finder = PhraseFinder([("无", "no"), ("（-）", "minus"), ("ct示", "shows")])
    text = "雙肺無結節，ＣＴ示：壓痛（\uff0d）"
    assert [match.value for match in finder.find(text)] == ["no", "shows", "minus"]


@given(st.lists(st.sampled_from(["no", "signs", "of", "fever", "know", "."]), max_size=12))
def test_found_as_by_hand(words: list[str]) -> None:
    """Of the phrases that begin at a word, the longest; then on behind it."""
    known = {("no",), ("no", "signs", "of"), ("fever",)}
    expected, i = list[tuple[str, ...]](), 0
    while i < len(words):
        fits = [k for k in (3, 2, 1) if tuple(words[i : i + k]) in known and i + k <= len(words)]
        if fits:
            expected.append(tuple(words[i : i + fits[0]]))
        i += fits[0] if fits else 1
    finder = PhraseFinder((" ".join(phrase), phrase) for phrase in known)
    assert [match.value for match in finder.find(" ".join(words))] == expected


PARTS = ["no", "half", "-", "{a|b}", "{very |}", "{|s}", "{<end>|by}", "<number>", "{ago|}", " "]


@given(
    st.booleans(),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=5),
    st.text(alphabet="nohalfabvery sgo-5,", max_size=14),
)
def test_choices_are_as_if_written_out(begins: bool, parts: list[str], text: str) -> None:
    """What a phrase with choices finds is what all its forms find, whether or not their words run
    into each other ("half{ |-|}sister")."""
    phrase = "<start>" * begins + "".join(parts)
    try:
        forms = variants(phrase)
    except ValueError:
        return
    texts = [text, *(form.removeprefix("<start>").replace("<number>", "12") for form in forms[:3])]
    together, apart = PhraseFinder([(phrase, 1)]), PhraseFinder((form, 1) for form in forms)
    for one in texts:
        assert set(together.find_all(one)) == set(apart.find_all(one))


def test_all_phrases_of_the_same_words_are_told() -> None:
    finder = PhraseFinder([("{no|not} fever", 1), ("no  fever", 2)], merge=tuple)
    assert [match.value for match in finder.find("no fever, not fever")] == [(1, 2), (1,)]


def test_braces_may_stand_for_themselves() -> None:
    assert [*PhraseFinder([("a {b|c}", 1)], choices=False).find("a b, a {b|c}")] == [(5, 12, 1)]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("{this|it} was {later |}dropped", {("this", "was"), ("it", "was")}),
        ("{never |not }seen", {("never", "seen"), ("not", "seen")}),
        ("gone", {("gone", "")}),
        ("gone <end>", {("gone", "")}),
        ("{a|the} <number> {days|weeks}", {("a", ""), ("the", "")}),
        ("{|so }no {one|two} more", {("no", "one"), ("no", "two"), ("so", "no")}),
    ],
)
def test_openings(phrase: str, expected: set[tuple[str, str]]) -> None:
    assert openings(phrase) == expected


@given(
    st.lists(st.sampled_from(["a", "b ", " ", "{", "}", "|", "{a|b}", "{a|}", "{|}"]), max_size=6)
)
def test_phrases_without_marks_are_known_by_their_choices(parts: list[str]) -> None:
    phrase = "".join(parts)
    try:
        readable = bool(variants(phrase))
    except ValueError:
        readable = False
    assert has_words(phrase) == readable


@pytest.mark.parametrize("phrase", ["<start> a", "a <end>", "a <number>"])
def test_of_phrases_with_marks_choices_say_nothing(phrase: str) -> None:
    assert variants(phrase) and not has_words(phrase)
