"""Nothing that this package writes holds a pickle: each kind of artefact, made and searched."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language

from spacy_clinical.audit.drift_reference import make_reference, write_reference
from spacy_clinical.batch.output_formats import OUTPUTS
from spacy_clinical.batch.resumable_folder import Work
from spacy_clinical.batch.worker_pool import Result
from spacy_clinical.docs import to_doc
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.formats import FORMATS, write
from spacy_clinical.graph import build_graph, write_graph
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.llm.answer_folder import AnswerFolder
from spacy_clinical.packaging.pickle_search import find_pickle
from spacy_clinical.pipeline.terms.concept_contexts import Contexts
from spacy_clinical.training.checkpoint import Progress, write_checkpoint
from spacy_clinical.viewer import render

from ..audit.trails import make_trail
from ..conftest import make_record
from ..pipeline.deid.test_trained_deid import SETTINGS as DEID
from ..pipelines import Build, make_examples

RECORDS = [make_record(number) for number in range(3)]
SETTINGS = ExportSettings(time="2026-01-01T00:00:00+00:00")
ADAPTERS = {
    "components.transformer.model.adapter_rank": 2,
    "components.transformer.model.adapter_only": True,
}
OBO = """format-version: 1.2

[Term]
id: X:1
name: sign

[Term]
id: X:2
name: fever
synonym: "high temperature" EXACT []
is_a: X:1 ! sign
xref: UMLS:C0015967
"""


def search(folder: Path) -> list[Path]:
    """Search every file of a folder. RETURNS (list[Path]): Them."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {path.name: found for path in files if (found := find_pickle(path))} == {}
    return files


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with parents and cross-references."""
    folder = tmp_path_factory.mktemp("no_pickle")
    (folder / "signs.obo").write_text(OBO)
    build_base([folder / "signs.obo"], folder / "base")
    return folder / "base"


@pytest.fixture(scope="module")
def rules(base: Path) -> Language:
    """All components that work without an encoder; terms have learned contexts."""
    nlp = spacy.blank("en")
    for name in ("sentences", "sections", "abbreviations", "finding_mentions", "context"):
        nlp.add_pipe(f"clinical_{name}")
    nlp.add_pipe("clinical_findings")
    nlp.add_pipe("clinical_deid")
    settings = {"kb": str(base), "save_kb": True}
    nlp.add_pipe("clinical_linker", config=settings)
    nlp.add_pipe("clinical_terms", config={**settings, "label": "SIGN"})
    return nlp


def test_a_search_finds_one(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\x80\x04]\x94(K\x01K\x02e.")
    assert find_pickle(tmp_path / "x.json")


def test_bases_and_pipelines_by_rules(base: Path, rules: Language, tmp_path: Path) -> None:
    terms: Any = rules.get_pipe("clinical_terms")
    vectors = numpy.ones((1, 4), dtype="float16")
    mean, frequency = vectors[0].astype("float32"), numpy.ones(1, dtype="float32")
    terms.contexts = Contexts(numpy.array([b"X:2"]), vectors, frequency, mean)
    rules.to_disk(tmp_path / "model")
    (tmp_path / "model.bytes").write_bytes(rules.to_bytes())
    folders = {path.parent.name for path in search(tmp_path)}
    assert {"clinical_deid", "contexts", "model"} <= folders
    assert len(search(base)) > 5


@pytest.mark.parametrize("settings", [{}, ADAPTERS, DEID], ids=["heads", "adapters", "deid"])
def test_trained_pipelines(settings: dict[str, Any], build: Build, tmp_path: Path) -> None:
    nlp = build(settings)
    optimizer = nlp.initialize(lambda: make_examples(nlp))
    nlp.to_disk(tmp_path / "model")
    (tmp_path / "model.bytes").write_bytes(nlp.to_bytes())
    write_checkpoint(tmp_path, nlp, optimizer, Progress(step=1))
    files = [path.name for path in search(tmp_path)]
    assert "model.bytes" in files and "optimizer.safetensors" in files


def test_corpora_exports_graphs_and_pages(tmp_path: Path) -> None:
    docs = [to_doc(record, spacy.blank("en").make_doc) for record in RECORDS]
    for name, format in FORMATS.items():
        if format.write is not None:
            write(RECORDS, tmp_path / f"corpus.{name}", name, left_out=Counter(), rejects=[])
    for name, output in OUTPUTS.items():
        if name != "postgres":  # a server's
            output(docs, tmp_path / f"output.{name}", SETTINGS)
    graph = build_graph(RECORDS)
    for target in ("graph.json", "graph.ttl", "graph.graphml", "graph"):
        write_graph(graph, tmp_path / target)
    (tmp_path / "page.html").write_text(render(docs))
    assert len(search(tmp_path)) > len(OUTPUTS) + len(FORMATS)


def test_what_a_run_leaves(rules: Language, tmp_path: Path) -> None:
    """The trail, the reference of drift, answers of language models, blocks of unfinished runs."""
    make_trail(tmp_path / "trail", 3)
    write_reference(make_reference(rules, ["No fever .", "A sign ."]), tmp_path / "reference.json")
    AnswerFolder(tmp_path / "answers", "m").put("fever?", 0, "no")
    work = Work(tmp_path / "out.jsonl")
    with work.opened({"notes": "1"}):
        work.write(0, [Result("n", rules("No fever .").to_bytes())])
        assert "0000000.block" in [path.name for path in search(tmp_path)]


def test_a_database_begins_with_any_byte(tmp_path: Path) -> None:
    """DuckDB writes a checksum first, which may look like the begin of msgpack."""
    path = tmp_path / "facts.duckdb"
    path.write_bytes(b"\x93\x01\x02\x03\xdf\xff\xff\xffDUCK" + bytes(4096))
    assert find_pickle(path) is None
