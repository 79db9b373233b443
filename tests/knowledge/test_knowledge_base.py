"""Bases: what was said can be read, found by name and code, and broken ones are refused."""

import io
import json
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import spacy

from spacy_clinical.errors import FormatError, KnowledgeError
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.code_mapping import find_concepts, map_codes
from spacy_clinical.knowledge.code_systems import normal_code, system_name
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_facts import (
    CROSSREF,
    NAME,
    PARENT,
    TYPE,
    Concept,
    Fact,
    Kept,
)


def test_concepts(kb: KnowledgeBase) -> None:
    entities = kb.cui_to_entity
    assert len(entities) == 7  # the chapter of the codes is one
    assert list(entities) == sorted(entities)
    assert entities["C0000001"] == Concept(
        "C0000001",
        "Sugar sickness, type two",
        ["Zuckerkrankheit Typ zwei", "type 2 sugar sickness"],
        ["T047"],
        "A made-up illness with too much sugar.",
        ["UMLS:C0000001", "SRCA:A-1", "SRCB:B-7", "SRCC:C-9"],
    )
    assert "nothing" not in entities
    assert "C0000001 and much longer than any identifier" not in entities
    assert 7 not in entities
    with pytest.raises(KeyError):
        entities["nothing"]


def test_lines_are_what_scispacy_reads(tiny_base: Path) -> None:
    lines = (tiny_base / "concepts.jsonl").read_bytes().splitlines()
    rows = [json.loads(line) for line in lines]
    keys = {"concept_id", "canonical_name", "aliases", "types", "definition"}
    assert all(set(row) == keys for row in rows)
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("text", "concept", "score"),
    [
        ("Sugar Sickness", "TINY:1", 1.0),
        ("sicknesses of sugar", "TINY:1", 0.99),
        ("fast heartbeat", "C0000002", None),
        ("racing heart", "C0000002", 1.0),
        ("Type 2 diabetes mellitus", "E11", 1.0),
    ],
)
def test_search(kb: KnowledgeBase, text: str, concept: str, score: float | None) -> None:
    (found,) = kb.search([text])
    assert found[0].concept_id == concept
    if score is not None:
        assert found[0].score == pytest.approx(score)
    else:
        assert 0.5 < found[0].score < 0.99
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len({c.concept_id for c in found}) == len(found)


def test_search_tells_the_name(kb: KnowledgeBase) -> None:
    (found,) = kb.search(["racing heart"])
    assert kb.read_name(found[0].name) == "racing heart"


def test_search_restricted_to_types(kb: KnowledgeBase) -> None:
    texts = ["sugar sickness"] * 3
    free, of_umls, of_none = kb.search(texts, types=[(), ("T047",), ("T999",)])
    assert {c.concept_id for c in free} >= {"TINY:1", "C0000001"}
    assert {c.concept_id for c in of_umls} == {"C0000001"}
    assert of_none == []


def test_search_of_nothing(kb: KnowledgeBase) -> None:
    assert kb.search([]) == []
    assert kb.search(["", "+++", "\U0001f600"]) == [[], [], []]
    assert kb.search(["sugar sickness"], k=1)[0][0].concept_id == "TINY:1"


def test_alone_or_in_a_batch(kb: KnowledgeBase) -> None:
    texts = ["sugar sicknes", "fast heart", "diabetes", "sugar sicknes"]
    assert kb.search(texts) == [kb.search([text])[0] for text in texts]


def test_ties_go_to_the_canonical_name_then_the_identifier(tmp_path: Path) -> None:
    facts = [
        Fact("A", NAME, "alpha thing"),
        Fact("A", NAME, "cold", 1),
        Fact("C", NAME, "cold"),
        Fact("B", NAME, "Cold"),
    ]
    build_from_facts(facts, tmp_path / "kb")
    (found,) = KnowledgeBase(tmp_path / "kb").search(["COLD"])
    assert [(c.concept_id, c.score) for c in found] == [("B", 1.0), ("C", 1.0), ("A", 1.0)]


def test_initials_make_a_candidate(tmp_path: Path) -> None:
    names = (("A", "acute renal failure"), ("B", "arteriole"), ("C", "alpha rho factor"))
    build_from_facts([Fact(concept, NAME, name) for concept, name in names], tmp_path / "kb")
    upper, lower = KnowledgeBase(tmp_path / "kb").search(["ARF", "arf"])
    assert [(c.concept_id, round(c.score, 2)) for c in upper][:2] == [("A", 0.6), ("C", 0.6)]
    assert "A" not in {c.concept_id for c in lower if c.score > 0.3}


def test_codes(kb: KnowledgeBase) -> None:
    assert kb.codes("TINY:1", "snomedct_us") == ("SNOMEDCT:44054006",)
    assert kb.concepts_with("icd10-cm:E11") == ["E11", "TINY:1"]
    assert kb.concepts_with("ICD10CM:Z99") == []
    assert find_concepts(kb, "TINY:9") == ["TINY:1"]
    (mapped,) = map_codes(kb, ["SNOMEDCT_US_2020_01_01:44054006", "NO:1"], "mesh")
    assert (mapped.concept_id, mapped.name) == ("TINY:1", "sugar sickness")
    assert mapped.codes == ("MESH:D003924",)


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("SNOMEDCT_US_2025_09_01", "SNOMEDCT"),
        ("UMLS_CUI", "UMLS"),
        ("MSH", "MESH"),
        ("icd-10-cm", "ICD10CM"),
        ("MIM", "OMIM"),
        ("DOID", "DOID"),
    ],
)
def test_system_names(system: str, name: str) -> None:
    assert system_name(system) == name
    assert normal_code(f"{system}: 1 ") == f"{name}:1"


def test_pickle(kb: KnowledgeBase) -> None:
    data = pickle.dumps(kb)
    assert len(data) < 1000
    assert pickle.loads(data).search(["racing heart"]) == kb.search(["racing heart"])


def test_counts(kb: KnowledgeBase) -> None:
    assert kb.meta["concepts"] == 7
    assert kb.meta["types"] == {
        "T047": 1, "T184": 1, "T121": 1, "E": 2, "chapter": 1, "tiny_diseases": 1
    }  # fmt: skip
    assert kb.meta["systems"]["ICD10CM"] == 4
    assert kb.meta["parents"] == 2


def test_interrupted_build_leaves_nothing(tmp_path: Path) -> None:
    def facts() -> Iterator[Fact]:
        yield Fact("A", NAME, "a name")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_from_facts(facts(), tmp_path / "kb", run=1)
    assert not list(tmp_path.iterdir())


def test_build_refuses(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"SC607.*other types"):
        kept = Kept(types=["T2"])
        build_from_facts([Fact("A", NAME, "a"), Fact("A", TYPE, "T1")], tmp_path / "kb", kept=kept)
    with pytest.raises(KnowledgeError, match="SC607"):
        build_from_facts([Fact("A", CROSSREF, "X:1")], tmp_path / "kb")
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(FormatError, match="SC022"):
        build_from_facts([Fact("A", NAME, "a")], tmp_path / "kb")


def test_no_base(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="SC610"):
        KnowledgeBase(tmp_path)
    (tmp_path / "own.csv").write_text("id,name\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"SC610.*own\.csv.*kb build"):
        KnowledgeBase(tmp_path / "own.csv")


@pytest.mark.parametrize(
    "name", ["index/near_terms.npy", "index/ids.npy", "concepts.jsonl", "crossrefs.tsv", "kb.json"]
)
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_broken_base(tiny_base: Path, tmp_path: Path, name: str, how: str) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(tiny_base, folder)
    if how == "cut":
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])
    else:
        (folder / name).unlink()
    code = "SC610" if (name, how) == ("kb.json", "gone") else "SC611"
    with pytest.raises(KnowledgeError, match=code):
        KnowledgeBase(folder)


def _changed(data: bytes, how: str) -> bytes:
    if how == "text":
        return data.replace(b'"concept_id"', b'"qoncept_id"')
    if how == "letters":
        return data.replace(b"C", b"\xff")
    if how == "other":
        return b'{"version": 2, "types": 3}'
    if how == "counts":
        return data.replace(b'"names": 2', b'"names": 3')
    array = np.load(io.BytesIO(data))
    changed = {
        "none": array[:0],
        "short": array[:-1],
        "flat": array[None],
        "words": np.array(["Quxwort"] * len(array)),
        "halves": array.astype("float64"),
        "below": np.full_like(array, -1 if array.dtype.kind == "i" else 0),
        "double": np.concatenate([array, array]),
        "last": np.concatenate([array[:-1], array[-1:] + 1]) if array.dtype.kind == "i" else array,
        "huge": np.full_like(array, np.iinfo(array.dtype).max if array.dtype.kind in "iu" else 0),
    }[how]
    written = io.BytesIO()
    np.save(written, changed)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("concepts.jsonl", "text"),
        ("concepts.jsonl", "letters"),
        ("crossrefs.tsv", "letters"),
        ("kb.json", "other"),
        *(("index/concept_starts.npy", how) for how in ("none", "short", "flat", "halves", "huge")),
        *(("index/name_concepts.npy", how) for how in ("none", "words", "halves", "huge")),
        *(("index/name_positions.npy", how) for how in ("short", "huge")),
        *(("index/near_starts.npy", how) for how in ("none", "last", "huge")),
        *(("index/near_lists.npy", how) for how in ("none", "last", "huge", "halves")),
        *(("index/near_names.npy", how) for how in ("none", "short", "huge", "halves")),
        *(("index/near_numbers.npy", how) for how in ("short", "huge")),
        *(("index/near_terms.npy", how) for how in ("short", "flat")),
        *(("index/parents.npy", how) for how in ("none", "short", "huge", "words")),
        *(("index/child_starts.npy", how) for how in ("none", "last", "halves")),
        *(("index/term_owners.npy", how) for how in ("short", "halves", "huge")),
        *(("index/fold_owners.npy", how) for how in ("none", "halves", "huge")),
        *(("index/type_starts.npy", how) for how in ("none", "last", "huge")),
        *((f"index/{name}_owners.npy", "below") for name in ("term", "fold")),
        *(
            (f"index/{name}.npy", how)
            for name in ("type_ids", "name_concepts")
            for how in ("huge", "below")
        ),
        *(
            (f"index/{name}.npy", how)
            for name in ("term_filter", "term_word_filter")
            for how in ("none", "double")
        ),
        ("kb.json", "counts"),
        ("index/ids.npy", "letters"),
    ],
)
def test_damaged_values_have_a_code(tmp_path: Path, name: str, how: str) -> None:
    """Whatever is asked of a base, be it opened or not."""
    folder = tmp_path / "kb"
    facts = [Fact("C1", NAME, "fever"), Fact("C2", NAME, "cough"), Fact("C2", PARENT, "C1")]
    build_from_facts([*facts, Fact("C1", CROSSREF, "X:C"), Fact("C1", TYPE, "T1")], folder)
    path = folder / name
    path.write_bytes(_changed(path.read_bytes(), how))
    with pytest.raises(KnowledgeError, match="SC611") as told:
        base = KnowledgeBase(folder)
        base.search(["fever", "coughs"], types=[["T1"], []])
        base.named("fever"), list(base.cui_to_entity)
        for number in range(len(base)):
            base.read(number)
            base.hierarchy.ancestors(number), base.hierarchy.descendants(number)
            base.id_of(int(base.hierarchy.parents(number)[-1])) if number else None
        nlp = spacy.blank("en")
        nlp.add_pipe("clinical_terms", config={"kb": str(folder)})
        nlp("fever and cough")
    assert "Quxwort" not in str(told.value)


def test_other_version(tiny_base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(tiny_base, folder)
    (folder / "kb.json").write_text('{"version": 99}', encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"SC612.*99"):
        KnowledgeBase(folder)
