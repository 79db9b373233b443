"""Codes with the name of their system, whatever a source calls it."""

import re

# How sources name systems, without letters' case, versions and marks, and how we do.
SYSTEMS = {
    "CUI": "UMLS", "UMLSCUI": "UMLS", "MSH": "MESH", "MIM": "OMIM", "MIMPS": "OMIMPS",
    "SNOMEDCTUS": "SNOMEDCT", "SNOMED": "SNOMEDCT", "SCTID": "SNOMEDCT", "LNC": "LOINC",
    "NCIT": "NCI", "ORPHANET": "ORDO", "ORPHA": "ORDO", "RXCUI": "RXNORM",
}  # fmt: skip
_VERSION = re.compile(r"(?:_\d{2,4})+$")
_MARKS = re.compile(r"[^A-Z0-9]")


def split_code(code: str) -> tuple[str, str]:
    """Take a code apart.

    code (str): "SYSTEM:CODE", such as "SNOMEDCT_US_2025_09_01:418928000".
    RETURNS (tuple[str, str]): The system in its usual name, "" if the code has none, and the code.
    """
    system, colon, value = code.strip().partition(":")
    return (system_name(system), value.strip()) if colon else ("", system)


def system_name(system: str) -> str:
    """RETURNS (str): The usual name of a code system: "SNOMEDCT" for "SNOMEDCT_US_2025_09_01"."""
    name = _MARKS.sub("", _VERSION.sub("", system.strip().upper()))
    return SYSTEMS.get(name, name)


def normal_code(code: str) -> str:
    """RETURNS (str): A code with the usual name of its system, and as it is without one."""
    system, value = split_code(code)
    return f"{system}:{value}" if system else value
