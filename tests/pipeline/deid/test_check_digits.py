"""Check digits: numbers that the standards and their publishers give as examples."""

import pytest

from spacy_clinical.pipeline.deid.check_digits import CHECKS


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("luhn", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
        ("nhs", "943 476 5919", "943 476 5918"),
        ("dea", "AB1234563", "AB1234564"),
        ("ssn", "123-45-6789", "666-45-6789"),
        ("zh_id", "11010519491231002X", "110105194912310021"),
        ("dni", "12345678Z", "12345678A"),
        ("ip", "198.51.100.7", "198.51.300.7"),
        ("id", "H0041", "3.5"),
        ("age", "102", "140"),
    ],
)
def test_checks(check: str, right: str, wrong: str) -> None:
    assert CHECKS[check](right)
    assert not CHECKS[check](wrong)


@pytest.mark.parametrize("check", ["zh_id", "dni"])
@pytest.mark.parametrize(
    "text", ["1101051949123100²X", "AB1105194912310021", "²²345678Z", "一" * 18]
)
def test_signs_that_are_no_digits(check: str, text: str) -> None:
    assert not CHECKS[check](text)
