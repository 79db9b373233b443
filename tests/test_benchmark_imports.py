"""What the benchmarks take from the package is there, also in those that no test runs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "benchmarks").rglob("*.py"))


def taken(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Modules of the package and the names that are imported from them."""
    for node in ast.walk(tree):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        if isinstance(node, ast.ImportFrom) and module and module.startswith("spacy_clinical"):
            yield from ((module, alias.name) for alias in node.names)


def has(module: str, name: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    if (path / f"{name}.py").is_file() or (path / name / "__init__.py").is_file():
        return True
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not source.is_file():
        return False
    text = source.read_text(encoding="utf-8")
    return name in defined(ast.parse(text)) or "def __getattr__" in text


def defined(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_imports(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))
    assert [one for one in taken(tree) if not has(*one)] == []
