"""Golden rules of sentences: clinical_sentences beside pysbd on pysbd's own English tests.

    git clone https://github.com/nipunsadvilkar/pySBD
    python benchmarks/golden_rules.py pySBD/tests/lang/test_english.py  # extra: context

The file is read, not run. A rule counts if all sentences of its text are right.
"""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

from spacy_clinical.context.sentences import find_sentences

NAME = "GOLDEN_EN_RULES_TEST_CASES"
Rule = tuple[str, list[str]]


def read_rules(path: Path) -> list[Rule]:
    """The texts and their sentences, those marked as failures of pysbd too."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and NAME in map(ast.unparse, node.targets):
            return [read_rule(item) for item in getattr(node.value, "elts", [])]
    raise SystemExit(f"{path} has no list {NAME}")


def read_rule(node: ast.expr) -> Rule:
    """A tuple, or the first two arguments of `pytest.param`."""
    parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
    text, sentences = (ast.literal_eval(part) for part in parts[:2])
    return text, sentences


def ours(text: str) -> list[str]:
    """Sentences by clinical_sentences."""
    starts = find_sentences(text)
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def main() -> None:
    """Print how many rules are right, and the numbers of those that aren't."""
    rules = read_rules(Path(sys.argv[1]))
    splitters: dict[str, Callable[[str], list[str]]] = {"clinical_sentences": ours}
    try:
        import pysbd

        segmenter = pysbd.Segmenter(language="en", clean=False)
        splitters["pysbd"] = lambda text: [part.strip() for part in segmenter.segment(text)]
    except ImportError:
        print("pysbd isn't installed: ours alone")
    for name, split in splitters.items():
        wrong = [i for i, (text, wanted) in enumerate(rules, 1) if split(text) != wanted]
        print(f"{name:20}{len(rules) - len(wrong)} of {len(rules)}; wrong: {wrong}")


if __name__ == "__main__":
    main()
