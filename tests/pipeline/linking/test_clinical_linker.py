"""`clinical_linker`: what it sets, how it is kept, and what it refuses."""

import pickle
import shutil
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Example

from spacy_clinical.docs import get_spans, set_mentions, set_relations, to_record
from spacy_clinical.docs.abbreviation_spans import set_abbreviations
from spacy_clinical.errors import PipelineError
from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.terminology_facts import CROSSREF, DEFINITION, NAME, TYPE, Fact
from spacy_clinical.pipeline.linking.clinical_linker import ClinicalLinker
from spacy_clinical.scoring.concept_relation_scores import raise_to_concepts
from spacy_clinical.scoring.link_scores import score_links

FACTS = [
    Fact("D1", NAME, "type 2 diabetes"),
    Fact("D1", NAME, "diabetes mellitus, type II", 1),
    Fact("D1", TYPE, "T047"),
    Fact("D1", DEFINITION, "Too much sugar."),
    Fact("D1", CROSSREF, "ICD10CM:E11"),
    Fact("D2", NAME, "cold"),
    Fact("D2", TYPE, "T047"),
    Fact("S1", NAME, "cold"),
    Fact("S1", TYPE, "T184"),
    Fact("M1", NAME, "metformin"),
    Fact("M1", TYPE, "T121"),
]
TEXT = "Metformin for diabetes mellitus type 2 and a cold . Xyzzyx ."
MENTIONS = (("Metformin", "DRUG"), ("diabetes mellitus type 2", "DISEASE"), ("cold", "SIGN"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kb") / "base"
    build_from_facts(FACTS, folder)
    return folder


def make_nlp(base: Path | None, **config: object) -> Language:
    nlp = spacy.blank("en")
    kb = {"kb": str(base)} if base else {}
    nlp.add_pipe("clinical_linker", config={**kb, **config})
    return nlp


def make_doc(nlp: Language, mentions: tuple[tuple[str, str], ...] = MENTIONS) -> Doc:
    doc = nlp.make_doc(TEXT)
    spans = []
    for text, label in mentions:
        start = TEXT.index(text)
        spans.append(doc.char_span(start, start + len(text), label=label))
    set_mentions(doc, spans, scores=[0.9] * len(spans))
    return doc


def link(nlp: Language, doc: Doc) -> Doc:
    linker = nlp.get_pipe("clinical_linker")
    assert isinstance(linker, ClinicalLinker)
    return linker(doc)


def ids(doc: Doc) -> list[str]:
    return [span.kb_id_ for span in get_spans(doc)]


def test_links(base: Path) -> None:
    nlp = make_nlp(base)
    doc = link(nlp, make_doc(nlp))
    assert ids(doc) == ["M1", "D1", "D2"]
    assert [ent.kb_id_ for ent in doc.ents] == ["M1", "D1", "D2"]
    assert doc.ents[1]._.kb_ents[0] == ("D1", pytest.approx(0.99))
    assert [c for c, _ in doc.ents[2]._.kb_ents] == ["D2", "S1"]
    assert doc.spans["clinical"].attrs["scores"] == [0.9] * 3
    kb = nlp.get_pipe("clinical_linker").kb  # type: ignore[attr-defined]
    assert kb.cui_to_entity["D1"].definition == "Too much sugar."
    assert kb.cui_to_entity["D1"].aliases == ["diabetes mellitus, type II"]
    assert [entity.concept for entity in to_record(doc).entities] == ["M1", "D1", "D2"]


def test_types_by_label(base: Path) -> None:
    nlp = make_nlp(base, types={"SIGN": ["T184"], "DRUG": ["T047"]})
    assert ids(link(nlp, make_doc(nlp))) == ["", "D1", "S1"]


def test_labels(base: Path) -> None:
    nlp = make_nlp(base, labels=["DRUG"])
    doc = link(nlp, make_doc(nlp))
    assert ids(doc) == ["M1", "", ""]
    assert doc.ents[1]._.kb_ents == []


def test_what_is_not_in_the_base_links_to_nothing(base: Path) -> None:
    nlp = make_nlp(base)
    mentions = (("Xyzzyx", "DRUG"), ("mellitus", "DISEASE"))
    assert ids(link(nlp, make_doc(nlp, mentions))) == ["", ""]
    nlp = make_nlp(base, threshold=0.3)
    assert ids(link(nlp, make_doc(nlp, mentions))) == ["", "D1"]


def test_abbreviations(base: Path) -> None:
    resolving, literal = make_nlp(base), make_nlp(base, resolve_abbreviations=False)
    for text, mention in (("T2D .", "T2D"), ("bad T2D .", "bad T2D")):
        doc = resolving.make_doc(f"type 2 diabetes (T2D) and {text}")
        start = doc.text.rindex(mention)
        span = doc.char_span(start, start + len(mention), label="DISEASE")
        set_mentions(doc, [span])
        set_abbreviations(doc, [(doc[span.end - 1 : span.end], doc[0:3])])
        assert ids(link(literal, doc)) == [""]
        assert ids(link(resolving, doc)) == ["D1"]


def test_the_short_form_itself_counts_less(tmp_path: Path) -> None:
    names = (("A", "multiple sclerosis"), ("B", "MS"), ("C", "MS deficiency"))
    build_from_facts([Fact(concept, NAME, name) for concept, name in names], tmp_path / "kb")
    nlp = make_nlp(tmp_path / "kb", threshold=0.0)
    doc = nlp.make_doc("multiple sclerosis (MS) and MS deficiency")
    set_mentions(doc, [doc[3:4], doc[6:8]])
    set_abbreviations(doc, [(doc[3:4], doc[0:2]), (doc[6:7], doc[0:2])])
    first, second = (span._.kb_ents for span in get_spans(link(nlp, doc)))
    assert first[:2] == [("A", pytest.approx(1.0)), ("B", pytest.approx(0.9))]
    assert second[0] == ("C", pytest.approx(0.9))
    assert len({concept for concept, _ in second}) == len(second) <= 3


def test_mentions_of_another_component(base: Path) -> None:
    nlp = make_nlp(base)
    ruler = nlp.add_pipe("entity_ruler", before="clinical_linker")
    ruler.add_patterns([{"label": "DRUG", "pattern": "Metformin"}])  # type: ignore[attr-defined]
    doc = nlp(TEXT)
    assert [(e.text, e.kb_id_) for e in doc.ents] == [("Metformin", "M1")]


def test_no_mentions_at_all(base: Path) -> None:
    with pytest.raises(PipelineError, match="SC303"):
        make_nlp(base)(TEXT)


def ruled(base: Path, **config: object) -> Language:
    nlp = make_nlp(base, **config)
    ruler = nlp.add_pipe("entity_ruler", before="clinical_linker")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [{"label": "DRUG", "pattern": "Metformin"}, {"label": "SIGN", "pattern": "cold"}]
    )
    return nlp


def found(doc: Doc) -> list[object]:
    return [(e.text, e.kb_id_, e._.kb_ents) for e in doc.ents]


def test_every_way_to_run_and_keep(base: Path) -> None:
    nlp = ruled(base)
    texts = [TEXT, "Nothing here .", "A cold ."]
    alone = [found(nlp(text)) for text in texts]
    assert alone[2][0][1] == "D2"  # type: ignore[index]
    docs = list(nlp.pipe(texts, batch_size=2))
    assert [found(doc) for doc in docs] == alone
    assert [found(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=1)] == alone
    stored = DocBin(docs=docs, store_user_data=True).to_bytes()
    assert [found(d) for d in DocBin().from_bytes(stored).get_docs(nlp.vocab)] == alone
    assert [found(Doc(nlp.vocab).from_bytes(d.to_bytes())) for d in docs] == alone
    assert [found(d.copy()) for d in docs] == alone
    assert [found(pickle.loads(pickle.dumps(d))) for d in docs] == alone
    again = pickle.loads(pickle.dumps(nlp))
    assert [found(again(text)) for text in texts] == alone


def test_saved_inside(base: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(base, mine)
    nlp = ruled(mine, save_kb=True)
    expected = found(nlp(TEXT))
    nlp.to_disk(tmp_path / "model")
    shutil.rmtree(mine)
    shutil.move(tmp_path / "model", tmp_path / "moved")
    again = spacy.load(tmp_path / "moved")
    assert found(again(TEXT)) == expected
    again.to_disk(tmp_path / "moved")
    assert found(spacy.load(tmp_path / "moved")(TEXT)) == expected


def test_saved_beside(base: Path, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    shutil.copytree(base, tmp_path / "one" / "kb")
    nlp = ruled(tmp_path / "one" / "kb")
    expected = found(nlp(TEXT))
    nlp.to_disk(tmp_path / "one" / "model")
    shutil.move(tmp_path / "one", tmp_path / "two")
    assert found(spacy.load(tmp_path / "two" / "model")(TEXT)) == expected
    shutil.rmtree(tmp_path / "two" / "kb")
    with pytest.raises(PipelineError, match=r"SC614.*two.kb"):
        spacy.load(tmp_path / "two" / "model")


def test_saved_files_hold_nothing_of_notes(base: Path, tmp_path: Path) -> None:
    nlp = make_nlp(base)
    link(nlp, make_doc(nlp))
    linker = nlp.get_pipe("clinical_linker")
    linker.to_disk(tmp_path / "linker")  # type: ignore[attr-defined]
    files = [path for path in (tmp_path / "linker").rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["cfg"]
    assert b"etformin" not in files[0].read_bytes()


def test_bytes(base: Path) -> None:
    nlp, other = make_nlp(base), make_nlp(None, threshold=1.0, labels=[])
    other.get_pipe("clinical_linker").from_bytes(  # type: ignore[attr-defined]
        nlp.get_pipe("clinical_linker").to_bytes()  # type: ignore[attr-defined]
    )
    assert ids(link(other, make_doc(other))) == ["M1", "D1", "D2"]


def test_base_from_initialize(base: Path) -> None:
    late = make_nlp(None)
    with pytest.raises(PipelineError, match="SC613"):
        late.initialize()
    late.config["initialize"]["components"]["clinical_linker"] = {"kb": str(base)}
    late.initialize()
    assert ids(link(late, make_doc(late))) == ["M1", "D1", "D2"]


def test_links_feed_relations_between_concepts(base: Path) -> None:
    nlp = make_nlp(base)
    doc = make_doc(nlp)
    set_relations(doc, [(0, 1, "TREATS", 0.9)])
    assert raise_to_concepts(doc) == set()
    assert raise_to_concepts(link(nlp, doc)) == {("M1", "D1", "TREATS")}


def test_scores_counted_by_hand(base: Path) -> None:
    nlp = make_nlp(base)
    gold, predicted = make_doc(nlp), make_doc(nlp)
    spans = get_spans(gold)
    concepts = ("M1", "D1|D9", "S1")
    set_mentions(
        gold,
        [
            Span(gold, s.start, s.end, s.label, kb_id=c)
            for s, c in zip(spans, concepts, strict=True)
        ],
    )
    example = Example(link(nlp, predicted), gold)
    # Gold M1, D1, D9, S1; predicted M1, D1, D2.
    scores = score_links([example])
    assert scores == {
        "links_p": pytest.approx(2 / 3),
        "links_r": pytest.approx(2 / 4),
        "links_f": pytest.approx(4 / 7),
    }
    assert nlp.get_pipe("clinical_linker").score([example]) == scores  # type: ignore[attr-defined]
    none = {"links_p": None, "links_r": None, "links_f": None}
    assert score_links([Example(predicted, make_doc(nlp))]) == none
