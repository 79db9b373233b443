"""What language a note is in, and where that is kept."""

import pytest

from spacy_clinical.docs import language_of, with_language


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
