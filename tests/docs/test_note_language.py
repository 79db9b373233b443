"""What language a note is in, and where that is kept."""

import pytest

from spacy_clinical.docs import check_language, language_of, with_language
from spacy_clinical.errors import FormatError


@pytest.mark.parametrize(
    ("told", "others", "language"),
    [
        ("de", ("en",), "de"),
        ("de-AT", (), "de"),
        ("ES_MX", (), "es"),
        ("", ("de",), "de"),
        ("German", ("de",), "de"),
        (7, ("es",), "es"),
        (None, ("", "xx", "es"), "es"),
        ("xx", ("xx",), ""),
        ("", (), ""),
    ],
)
def test_language(told: object, others: tuple[str, ...], language: str) -> None:
    assert language_of({"language": told}, *others) == language
    assert language_of({}, *others) == language_of({"language": ""}, *others)


def test_it_is_kept_where_nobody_else_would_know() -> None:
    assert with_language({"a": 1}, "de") == {"a": 1, "language": "de"}
    for meta, language in (({"a": 1}, "en"), ({"a": 1}, ""), ({"a": 1}, "xx")):
        assert with_language(meta, language) == meta
    assert with_language({"language": "es"}, "de") == {"language": "es"}


def test_a_language_that_a_person_names() -> None:
    assert [check_language(code) for code in ("", "de", "de-AT", "ES")] == ["", "de", "de", "es"]
    for wrong in ("German", "d", "1", "de at"):
        with pytest.raises(FormatError, match="SC123"):
            check_language(wrong)
