"""Pages of the site that stand elsewhere in the repository, and links from pages to its files."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
OUTSIDE = {
    "index.md": "README.md",
    "results.md": "benchmarks/RESULTS.md",
    "experiments.md": "benchmarks/EXPERIMENTS.md",
    "changes.md": "CHANGELOG.md",
}
_LINK = re.compile(r"\]\((\.\./[^)#]+)(#[^)]*)?\)")
_FROM_ROOT = re.compile(r"\]\(((?:docs|benchmarks)/[^)#]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand outside `docs/`."""
    for name, source in OUTSIDE.items():
        content = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links to files of the repository lead to their pages, or be plain code."""
    if page.file.src_uri == "index.md":
        return _FROM_ROOT.sub(_moved, markdown)
    if page.file.src_uri in OUTSIDE:
        return re.sub(r"\[([^\]]+)\]\((?!http)[^)]+\)", r"\1", markdown)
    return _LINK.sub(_inside, markdown)


def _moved(link: re.Match[str]) -> str:
    outside = {source: name for name, source in OUTSIDE.items()}
    return f"]({outside.get(link[1], link[1].removeprefix('docs/'))}{link[2] or ''})"


def _inside(link: re.Match[str]) -> str:
    source = link[1].removeprefix("../")
    for name, outside in OUTSIDE.items():
        if source == outside:
            return f"]({name}{link[2] or ''})"
    if not (ROOT / source).exists():
        raise ValueError(f"a link leads to {source}, which isn't there")
    return f"](house.md#{'files-of-the-repository'})"
