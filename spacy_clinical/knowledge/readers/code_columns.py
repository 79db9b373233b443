"""Which code system a column's codes are of, by its heading, and codes as they are usually
written: "E119" as "E11.9", "6809.0", as spreadsheets write it, as "6809"."""

import re
from collections.abc import Iterator

from ..code_systems import system_name
from ..name_forms import fold
from .check_digits import has_check_digit

# What headings call each system, without blanks and marks. Where a table has codes of several and
# none of its own, the first of them here is the identifier: the finer system before the wider one,
# packages of drugs last, as a drug has many.
HEADINGS = {
    "UMLS": "umls cui umlscui",
    "SNOMEDCT": "snomed snomedct snomedctus sct sctid sctcode referencedcomponentid",
    "RXNORM": "rxnorm rxcui rxnormcui",
    "LOINC": "loinc loincnum lnc",
    "ORDO": "orpha orphacode orphanet ordo",
    "HP": "hpo hp",
    "OMIM": "omim mim",
    "ALPHAID": "alphaid",
    "ICD10CM": "icd10cm icdcm",
    "ICD10GM": "icd10gm icdgm",
    "ICD10ES": "cie10es",
    "ICD10": "icd10 icd10who icd cim10 cim cie10 cie",
    "ICD9CM": "icd9cm icd9 cie9mc cie9",
    "MESH": "mesh meshui",
    "ICD10PCS": "icd10pcs pcs",
    "OPS": "ops",
    "CPT": "cpt cpt4 cpthcpcs",
    "HCPCS": "hcpcs",
    "CVX": "cvx",
    "UNII": "unii",
    "ATC": "atc atc5 atcwho whoatc",
    "NDC": "ndc ndc11 ndc10",
    "PZN": "pzn",
}
# A code of each, all of it.
_ICD10 = r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?"
FORMS = {
    "UMLS": "C[0-9]{7}",
    "SNOMEDCT": "[0-9]{6,18}",
    "RXNORM": "[0-9]{1,8}",
    "LOINC": "[0-9]{1,7}-[0-9]|L[AP][0-9]+-[0-9]",
    "ICD10CM": r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?",
    "ICD10GM": r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?",
    "ICD10ES": r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?",
    "ICD10": _ICD10,
    "ICD9CM": r"(?:[0-9]{3}|V[0-9]{2}|E[0-9]{3})(?:\.[0-9]{1,2})?",
    "ALPHAID": "I[0-9]{1,6}",
    "ORDO": "[0-9]{1,7}",
    "HP": "[0-9]{7}",
    "OMIM": "[0-9]{6}",
    "MESH": "[CD][0-9]{6,9}",
    "ICD10PCS": "[0-9A-HJ-NP-Z]{7}",
    "OPS": r"[1-9]-[0-9]{2}[0-9A-Z](?:\.[0-9A-Z]{1,2})?",
    "CPT": "[0-9]{4}[0-9A-Z]",
    "HCPCS": "[A-Z][0-9]{4}",
    "CVX": "[0-9]{1,3}",
    "UNII": "[0-9A-Z]{10}",
    "ATC": r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?",
    "NDC": "[0-9]{4,5}-[0-9]{3,4}(?:-[0-9]{1,2})?|[0-9]{10,11}",
    "PZN": "[0-9]{7,8}",
}
_FORMS = {system: re.compile(form) for system, form in FORMS.items()}
_SYSTEM_OF = {word: system for system, words in HEADINGS.items() for word in words.split()}
# How HL7 and FHIR name systems.
ADDRESSES = {
    "http://snomed.info/sct": "SNOMEDCT", "2.16.840.1.113883.6.96": "SNOMEDCT",
    "http://loinc.org": "LOINC", "2.16.840.1.113883.6.1": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM", "2.16.840.1.113883.6.88": "RXNORM",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM", "2.16.840.1.113883.6.90": "ICD10CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD10", "2.16.840.1.113883.6.3": "ICD10",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD9CM", "2.16.840.1.113883.6.103": "ICD9CM",
    "http://fhir.de/codesystem/bfarm/icd-10-gm": "ICD10GM",
    "http://fhir.de/codesystem/bfarm/ops": "OPS", "http://fhir.de/codesystem/ifa/pzn": "PZN",
    "http://www.whocc.no/atc": "ATC", "2.16.840.1.113883.6.73": "ATC",
    "http://hl7.org/fhir/sid/ndc": "NDC", "2.16.840.1.113883.6.69": "NDC",
    "http://www.ama-assn.org/go/cpt": "CPT", "2.16.840.1.113883.6.12": "CPT",
}  # fmt: skip
# Their codes tell the system by their form, and corpora write them so: no name before them.
SAY_IT = frozenset({"UMLS", "MESH", "LOINC"})
# What a code's concept is, where its system has but one kind.
_KINDS = {
    **dict.fromkeys(("RXNORM", "ATC", "NDC", "PZN"), "drug"),
    **dict.fromkeys(("ICD10PCS", "OPS", "CPT"), "procedure"),
    "LOINC": "test",
    "CVX": "vaccine",
}
# Words of a heading that say nothing of the system.
_EMPTY = re.compile(
    r"\b(?:codes?|ids?|identifier|number|no|num|nr|nummer|numero|kodes?|schlue?ssel|codigos?|clave|cod"
    r"|mapp?(?:ed|s|ing)?|to|target|equivalent|concept|conceptid|diagnos(?:is|e|ecode)|dx|primary"
    r"|main|current|list|liste|lista|classe?|analyse|edition|version|who|international|de|del|du|des|le|la|l|(?:19|20)\d\d)\b"
)
_WHOLE = re.compile(r"\d+\.0+")
_MARKS = str.maketrans("", "", "*+!\u2020#")  # cross and star of ICD-10, OPS's number sign
_BETWEEN = re.compile(r"[|;,/\n\r]+")
_TITLED = re.compile(r"(\S+)\s+[-\u2013(].*", re.DOTALL)  # "E11.9 - Type 2 diabetes"
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_ICD_IN_NAME = re.compile(r"\bicd ?10 ?(cm|gm)(?![a-z])")
_LIKE_ICD = re.compile(r"[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}")
_DOTTED = frozenset({"ICD10CM", "ICD10GM", "ICD10ES", "ICD10"})


def system_of_heading(heading: str) -> str:
    """Tell which system's codes a column holds.

    heading (str): Such as "ICD-10-CM Code", "SNOMED CT", "Código CIE-10".
    RETURNS (str): As `code_systems` names it; "" where the heading says no system, or more than one
        ("Indication ICD-10" isn't what the row is).
    """
    words = _EMPTY.sub(" ", fold(heading.replace("#", " "))).split()
    return _SYSTEM_OF.get("".join(words), "")


def system_of_file(name: str) -> str:
    """RETURNS (str): The edition of ICD-10 that a file is named after, "" for none."""
    found = _ICD_IN_NAME.search(fold(name))
    return f"ICD10{found[1].upper()}" if found else ""


def known_system(name: str) -> str:
    """RETURNS (str): A system's usual name, "" where its codes' form isn't known here."""
    system = ADDRESSES.get(name.strip().removeprefix("urn:oid:").lower())
    system = system or system_of_heading(name) or system_name(name)
    return system if system in FORMS else ""


def read_code(system: str, text: str) -> str:
    """Write a code as it is usually written.

    system (str): One of FORMS; SNOMED CT's codes have a check digit, which tells those that a
        spreadsheet has rounded.
    text (str): The code, maybe with its system and a colon before it.
    RETURNS (str): The code, "" for what can't be one of the system.
    """
    before, colon, behind = text.partition(":")
    code = (behind if colon and known_system(before) == system else text).translate(_MARKS)
    code = "".join(code.split()).upper()
    if _WHOLE.fullmatch(code) and system != "ICD9CM":
        code = code.partition(".")[0]
    if system in _DOTTED:
        code = code.removesuffix("-").removesuffix(".")
        code = code if "." in code or len(code) < 4 else f"{code[:3]}.{code[3:]}"
    if not _FORMS[system].fullmatch(code) or (system == "SNOMEDCT" and not has_check_digit(code)):
        return ""
    code = code.zfill(8) if system == "PZN" else code
    return code.lower() if system == "OPS" else code


def read_codes(system: str, cell: str) -> Iterator[tuple[str, str]]:
    """Read the codes of a cell, between which stand bars, semicolons, commas, slashes, lines, or
    blanks alone.

    system (str): One of FORMS, "" where it isn't known.
    cell (str): The cell.
    YIELDS (tuple[str, str]): What is written, and the code, "" for what can't be one.
    """
    for text in filter(None, map(str.strip, _BETWEEN.split(cell))):
        titled = _TITLED.fullmatch(text)
        whole = read_code(system, titled[1] if titled else text) if system else ""
        parts = [] if whole or not system else [read_code(system, one) for one in text.split()]
        for code in parts if parts and all(parts) else [whole]:
            yield text, code


def with_system(system: str, code: str) -> str:
    """RETURNS (str): A code as an identifier: with its system, but where its form tells that."""
    return code if system in SAY_IT else f"{system}:{code}"


def kind_of(system: str, code: str) -> str:
    """RETURNS (str): The type of a code's concept: ICD-10's letter, "drug", "test"..., or ""."""
    return code[0] if system in _DOTTED else _KINDS.get(system, "")


def is_like_icd(text: str) -> bool:
    """RETURNS (bool): Whether an identifier without a system has a dot where ICD-10's codes have
    it."""
    return bool(_LIKE_ICD.fullmatch(text))


def is_shortened(text: str) -> bool:
    """RETURNS (bool): Whether a spreadsheet wrote a long number so that digits are lost."""
    return bool(_SHORTENED.fullmatch(text.strip()))
