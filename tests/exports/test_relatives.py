"""Several relatives of whom one thing is told, and how old they were."""

import json
import runpy
from pathlib import Path

import pytest
from spacy.language import Language

import spacy_clinical

CASES = """[Breast cancer] in her mother and aunt.|MTH AUNT
FAMILY HISTORY: [Diabetes] in her father and brother.|FTH BRO
[Stroke] in his mother, father and sister.|MTH FTH SIS
Mother and maternal aunt with [breast cancer].|MTH MAUNT
[Colon cancer] in both his father and his paternal uncle.|FTH PUNCLE
Father and brother had [gout].|FTH BRO
Mother has [gout], father has [asthma].|MTH; FTH
[Gout] in mother; father healthy.|MTH
His father, who lives with his mother, had [gout].|FTH
[Gout] in her mother and father has [asthma].|MTH; FTH
Wife and mother had [measles].|MTH
Father had [colon cancer] diagnosed in his 40s.|FTH 40-49
Mother with [breast cancer] in her 50s.|MTH 50-59
Sister had [breast cancer] diagnosed in her early 30s.|SIS 30-39
Brother with [MI] in his forties.|BRO 40-49
Paternal aunt was diagnosed with [ovarian cancer] in her late 60s.|PAUNT 60-69
Grandfather had [prostate cancer], diagnosed in his seventies.|GRFTH 70-79
Father died of [MI] in his 40s.|FTH
Father had [stroke] in the 1980s.|FTH
Mother and aunt had [breast cancer] in their 40s.|MTH 40-49 AUNT 40-49
Mother and aunt had [breast cancer] at 45.|MTH AUNT"""
BENCHMARK = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "assertion_cases.py"))


@pytest.fixture(scope="module")
def rules() -> Language:
    made: Language = BENCHMARK["make_rules"]()
    return made


def told(resource: dict) -> str:
    code = resource["relationship"]["coding"][0]["code"]
    span = resource["condition"][0].get("onsetRange")
    return f"{code} {span['low']['value']:.0f}-{span['high']['value']:.0f}" if span else code


@pytest.mark.parametrize("row", CASES.split("\n"))
def test_whose_it_is(row: str, rules: Language, tmp_path: Path) -> None:
    marked, wanted = row.split("|")
    case = BENCHMARK["_read_case"]("here", marked, "family", "")
    (doc,) = BENCHMARK["run"](rules, BENCHMARK["with_mentions"](rules, [case]))
    spacy_clinical.export([doc], str(tmp_path / "notes.ndjson"))
    lines = (tmp_path / "notes.ndjson").read_text(encoding="utf-8").splitlines()
    resources = [json.loads(line) for line in lines]
    found = [one for one in resources if one["resourceType"] == "FamilyMemberHistory"]
    by_words = {case.text[a:b]: [] for a, b in case.mentions}
    for one in found:
        by_words[one["condition"][0]["code"]["text"]].append(told(one))
    assert "; ".join(" ".join(people) for people in by_words.values()) == wanted
    assert len({one["id"] for one in resources}) == len(resources)
