"""Which rows hold no more, by words and dates."""

from datetime import date

import pytest

from spacy_clinical.knowledge.readers.row_status import judge

TODAY = date(2025, 6, 15)


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("active", "Y", "holds"),
        ("active", "1.0", "holds"),
        ("active", "Aktiv", "holds"),
        ("active", "", "holds"),
        ("active", "0", "gone"),
        ("active", "No longer active", "gone"),
        ("active", "gelöscht", "gone"),
        ("active", "De baja", "gone"),
        ("active", "supprimé", "gone"),
        ("active", "f", "gone"),
        ("status", "F", "unknown"),
        ("status", "trial", "unknown"),
        ("status", "A", "holds"),
        ("status", "I", "gone"),
        ("status", "", "holds"),
        ("inactive", "0", "holds"),
        ("inactive", "nein", "holds"),
        ("inactive", "x", "gone"),
        ("inactive", "replaced by another", "gone"),
        ("inactive", "2025-06-14", "gone"),
        ("inactive", "2025-06-16", "holds"),
        ("state", "N", "unknown"),
        ("state", "Not in use", "gone"),
        ("state", "In use", "holds"),
        ("valid_to", "2025-06-14", "gone"),
        ("valid_to", "20250614", "gone"),
        ("valid_to", "2025-06-15 00:00:00", "holds"),
        ("valid_to", "14.06.2025", "gone"),
        ("valid_to", "6/14/2025", "gone"),
        ("valid_to", "31.12.9999", "holds"),
        ("valid_to", "7/6/2025", "unknown"),
        ("valid_to", "45000", "gone"),
        ("valid_to", "00.00.0000", "holds"),
        ("valid_to", "0000-00-00 00:00:00", "holds"),
        ("valid_to", "14-JUN-2025", "gone"),
        ("valid_to", "31-DEC-2100 00:00:00", "holds"),
        ("valid_to", "31-DEM-2100", "unknown"),
        ("valid_to", "2025/6/1", "gone"),
        ("valid_to", "31.02.2020", "unknown"),
        ("valid_to", "spring", "unknown"),
        ("valid_from", "2025-06-16", "not yet"),
        ("valid_from", "2025-06-15", "holds"),
    ],
)
def test_what_a_cell_says_of_its_row(kind: str, cell: str, said: str) -> None:
    assert judge(kind, cell, TODAY) == said
