"""Imports run downwards only, as the contract's table of layers says."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import spacy_clinical

ROOT = Path(spacy_clinical.__file__).parent
MAY_IMPORT = {
    "errors": "",
    "temporary_files": "",
    "files": "temporary_files",
    "pipeline_folder": "",
    "encoder_library": "",
    "installed": "pipeline_folder encoder_library",
    "garbage_collection": "",
    "plurals": "",
    "result_tables": "",
    "tsv": "",
    "json_io": "tsv",
    "doc_text": "",
    "condition_clauses": "",
    "procedure_cues": "",
    "note": "",
    "records": "",
    "schema": "",
    "attributes": "",
    "torch_defaults": "",
    "tensors": "torch_defaults",
    "tokenizer": "",
    "quantities": "",
    "event_mentions": "records",
    "formats": "records schema event_mentions",
    "docs": "records schema event_mentions",
    "corpus": "docs formats records schema attributes event_mentions retrieval",
    "pair_context": "",
    "candidates": "docs schema pair_context",
    "context": "docs",
    "drug_changes": "docs quantities",
    "retrieval": "context",
    "scoring": "docs attributes",
    "knowledge": "docs records",
    "optimizers": "",
    "encoder": "optimizers tensors torch_defaults",
    "layers": "optimizers tensors torch_defaults",
    "models": "docs layers encoder torch_defaults",
    "pipeline": "quantities optimizers encoder docs candidates context drug_changes scoring"
    " knowledge schema attributes",
    "training": "optimizers encoder corpus docs records note pipeline schema attributes",
    "graph": "quantities corpus docs drug_changes records scoring knowledge event_mentions",
    "exports": "quantities docs context drug_changes scoring knowledge",
    "viewer": "docs records scoring knowledge",
    "deid": "docs context note pipeline",
    "explanations": "docs note encoder candidates pipeline viewer torch_defaults",
    "audit": "docs encoder exports viewer",
    "batch": "encoder audit deid note docs formats records corpus exports explanations viewer",
    "evaluation": "batch audit deid records docs corpus candidates pipeline training scoring"
    " viewer",
    "packaging": "audit evaluation exports docs corpus knowledge encoder pipeline training tensors",
    "questions": "graph drug_changes knowledge encoder corpus records viewer retrieval context"
    " docs pipeline torch_defaults",
    "decisions": "graph knowledge quantities corpus records exports",
    "eligibility": "questions decisions graph knowledge quantities",
    "spark": "audit batch packaging",
    "ray": "batch spark",
    "serve": "deid audit batch note docs records formats encoder exports viewer packaging"
    " decisions knowledge",
    "llm": "docs formats corpus records schema",
    "signals": "docs graph knowledge exports viewer",
}
for room in set(MAY_IMPORT) - {
    "errors",
    "files",
    "temporary_files",
    "installed",
    "encoder_library",
    "pipeline_folder",
    "plurals",
    "result_tables",
    "tsv",
    "json_io",
    "doc_text",
    "condition_clauses",
    "procedure_cues",
    "garbage_collection",
}:
    MAY_IMPORT[room] += (
        " installed encoder_library pipeline_folder plurals result_tables tsv json_io doc_text"
        " garbage_collection condition_clauses procedure_cues"
    )
MAY_IMPORT["cli"] = " ".join(MAY_IMPORT)
COMPONENTS = {
    "encoder": "",
    "heads": "",
    "ner": "heads",
    "relations": "heads",
    "concepts": "heads",
    "rules": "",
    "assertion": "heads rules",
    "linking": "heads",
    "terms": "heads linking rules",
    "deid": "heads ner",
    "findings": "rules",
    "qa": "heads",
    "quantities": "",
}
MODULES = {
    path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8"))
    for path in ROOT.rglob("*.py")
}


def name_of(path: Path) -> str:
    parts = ("spacy_clinical", *path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PIPELINE = "spacy_clinical.pipeline"
NAMES = {name_of(path) for path in MODULES}


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports, wherever in the file."""
    package = ["spacy_clinical", *path.parts[:-1]]
    found = set()
    for node in ast.walk(MODULES[path]):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            target = ".".join([*base, *filter(None, [node.module])])
            found |= {f"{target}.{alias.name}" for alias in node.names} | {target}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & NAMES) - {"spacy_clinical", ".".join(package)}


@pytest.mark.parametrize("path", sorted(MODULES), ids=str)
def test_module_keeps_to_its_layer(path: Path) -> None:
    if path == Path("__init__.py"):
        assert not imports(path)
        return
    own = path.with_suffix("").parts[0]
    used = {name.split(".")[1] for name in imports(path)}
    assert used <= {own, "errors", "files", "temporary_files", *MAY_IMPORT[own].split()}


@pytest.mark.parametrize("path", sorted(p for p in MODULES if p.parts[0] == "pipeline"), ids=str)
def test_component_keeps_to_its_folder(path: Path) -> None:
    inside = [name.split(".") for name in imports(path) if name.startswith(f"{PIPELINE}.")]
    used = {parts[2] for parts in inside if len(parts) > 3}
    if path.parent != Path("pipeline"):
        own = path.parts[1]
        assert used <= {own, *COMPONENTS[own].split()}
    else:
        assert not used


@pytest.mark.parametrize("path", sorted(MODULES), ids=str)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 300


def test_no_cycles() -> None:
    graph = {name_of(path): imports(path) for path in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(NAMES)
