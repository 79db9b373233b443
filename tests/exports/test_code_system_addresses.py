"""What tables of terminologies call code systems is what FHIR is told of them."""

import pytest

from spacy_clinical.exports.mapping_tables import Mappings
from spacy_clinical.knowledge.readers.code_columns import ADDRESSES, known_system

ROWS = Mappings().read("code_systems")
NAMES = {row["system"].lower(): row["name"] for row in ROWS if row["name"]}
HTTP = [address for address in ADDRESSES if address.startswith("http")]


@pytest.mark.parametrize("address", HTTP)
def test_an_address_is_of_the_system_that_exports_give_it(address: str) -> None:
    assert NAMES[address] == ADDRESSES[address] == known_system(address)


def test_an_identifier_of_hl7_has_an_address_too() -> None:
    assert set(ADDRESSES.values()) == {ADDRESSES[address] for address in HTTP}
