"""From what terminologies say to a knowledge base: concepts, cross-references, and their index.

A base is a folder: kb.json says what is in it, concepts.jsonl holds the concepts in scispaCy's
form, crossrefs.tsv their codes elsewhere (a file of its own, as scispaCy refuses a line with
unknown keys), and index/ arrays that find them and their parents. Line n of both files is concept
n.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import numpy

from ..errors import Errors, KnowledgeError
from ..files import new_folder, replaced_folder
from .array_files import Array, save
from .code_systems import normal_code, split_code
from .concept_gathering import RUN, gather
from .fuzzy_index_builder import build_name_index
from .name_forms import Forms, forms_of, hash_name
from .parent_arrays import ParentWriter
from .term_index import TermIndexBuilder
from .terminology_facts import Concept, Fact, Kept

VERSION = 2
META, CONCEPTS, CROSSREFS, INDEX = "kb.json", "concepts.jsonl", "crossrefs.tsv", "index"
APART = ("xrefs", "parents")  # fields that stand in files of their own
BATCH = 20_000  # names to cut into trigrams at once


def build_from_facts(
    facts: Iterable[Fact],
    target: Path,
    *,
    kept: Kept | None = None,
    run: int = RUN,
    force: bool = False,
) -> dict[str, Any]:
    """Build a knowledge base. Nothing stands under its name before it is whole.

    facts (Iterable[Fact]): What the terminologies say.
    target (Path): A new or empty folder.
    kept (Kept | None): Which facts and concepts to keep; counts what it leaves out.
    run (int): Facts to hold in memory.
    force (bool): Replace the knowledge base that may be there, when this one is whole.
    RETURNS (dict[str, Any]): What kb.json says: counts of `concepts`, `names`, `crossrefs`,
        `parents`, and by `types`, `systems`, what was `left_out` and what is `noted`; and which
        columns of `tables` were read.
    """
    kept = kept or Kept()
    terms = TermIndexBuilder()
    known = force and (target / META).is_file()
    with replaced_folder(target) if known else new_folder(target) as folder:
        (folder / INDEX).mkdir()
        with _Writer(folder) as writer:
            concepts = gather(facts, folder, kept=kept, run=run)
            batches = _batches(writer.write(concepts), terms)
            names = build_name_index(batches, folder / INDEX)
        if not names:
            raise KnowledgeError(Errors.SC607.format(left_out=dict(kept.left_out)))
        terms.finish(folder / INDEX)
        meta = {"version": VERSION, **writer.finish(), "left_out": dict(kept.left_out)}
        if shared := writer.shared_names():
            kept.noted["names that several concepts have"] = shared
        meta |= {"noted": dict(kept.noted), "tables": kept.tables}
        (folder / META).write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    return meta


def _batches(names: Iterator[Forms], terms: TermIndexBuilder) -> Iterator[list[Forms]]:
    while batch := list(islice(names, BATCH)):
        terms.add(batch)
        yield batch


class _Writer:
    """Writes concepts, and remembers a few numbers of each name and concept."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ids: list[bytes] = []
        self.types: Counter[str] = Counter()
        self.systems: Counter[str] = Counter()
        self.type_ids: dict[str, int] = {}
        self.parents = ParentWriter()
        self.columns = {name: array(kind) for name, kind in _COLUMNS.items()}

    def __enter__(self) -> "_Writer":
        self._stack = ExitStack()
        self._concepts, self._crossrefs = (
            self._stack.enter_context((self.folder / name).open("wb"))
            for name in (CONCEPTS, CROSSREFS)
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, concepts: Iterable[Concept]) -> Iterator[Forms]:
        """Write concepts. YIELDS (Forms): The names to index, a concept's own once each."""
        for concept in concepts:
            number = len(self.ids)
            self.ids.append(concept.concept_id.encode("utf-8"))
            self._write_line(concept)
            self._write_codes(concept, number)
            self.parents.add(number, concept.parents)
            yield from self._index_names(concept, number)

    def finish(self) -> dict[str, Any]:
        """Write the arrays. RETURNS (dict[str, Any]): The counts."""
        folder, columns = self.folder / INDEX, self.columns
        save(folder / "ids.npy", numpy.array(self.ids, dtype="S"))
        for name in ("concept_starts", "crossref_starts", "type_starts"):
            save(folder / f"{name}.npy", _starts(columns[name]))
        for name in ("type_ids", "name_concepts", "name_positions"):
            save(folder / f"{name}.npy", numpy.array(columns[name], "int32"))
        for name in ("fold", "key", "initials", "code"):
            _save_sorted(folder, name, columns[f"{name}_hashes"], columns.get(f"{name}_owners"))
        return {
            "concepts": len(self.ids),
            "names": len(columns["name_concepts"]),
            "crossrefs": len(columns["code_hashes"]),
            "parents": self.parents.write(folder, self.ids),
            "types": {name: self.types[name] for name in self.type_ids},
            "systems": dict(self.systems.most_common()),
        }

    def shared_names(self) -> int:
        """RETURNS (int): How many names are more than one concept's."""
        hashes = numpy.array(self.columns["fold_hashes"], "uint64")
        _, counts = numpy.unique(hashes, return_counts=True)  # a concept has each name once
        return int((counts > 1).sum())

    def _write_line(self, concept: Concept) -> None:
        fields = {name: getattr(concept, name) for name in Concept._fields if name not in APART}
        line = f"{json.dumps(fields)}\n".encode("ascii")
        self._concepts.write(line)
        self.columns["concept_starts"].append(len(line))
        for name in concept.types:
            self.types[name] += 1
            self.columns["type_ids"].append(self.type_ids.setdefault(name, len(self.type_ids)))
        self.columns["type_starts"].append(len(concept.types))

    def _write_codes(self, concept: Concept, number: int) -> None:
        codes = list(dict.fromkeys(normal_code(code) for code in concept.xrefs))
        line = "\t".join([concept.concept_id, *codes]).encode("utf-8") + b"\n"
        self._crossrefs.write(line)
        self.columns["crossref_starts"].append(len(line))
        for code in codes:
            self.systems[split_code(code)[0]] += 1
            self.columns["code_hashes"].append(hash_name(code))
            self.columns["code_owners"].append(number)

    def _index_names(self, concept: Concept, number: int) -> Iterator[Forms]:
        seen = set()
        for position, name in enumerate([concept.canonical_name, *concept.aliases]):
            forms = forms_of(name)
            if forms.folded and forms.folded not in seen:
                seen.add(forms.folded)
                self.columns["name_concepts"].append(number)
                self.columns["name_positions"].append(position)
                self.columns["fold_hashes"].append(hash_name(forms.folded))
                self.columns["key_hashes"].append(hash_name(forms.key))
                if forms.initials:
                    self.columns["initials_hashes"].append(hash_name(forms.initials))
                    self.columns["initials_owners"].append(len(self.columns["name_concepts"]) - 1)
                yield forms


_COLUMNS = {
    "concept_starts": "q", "crossref_starts": "q", "type_starts": "q", "type_ids": "i",
    "name_concepts": "i", "name_positions": "i", "fold_hashes": "Q", "key_hashes": "Q",
    "initials_hashes": "Q", "initials_owners": "i", "code_hashes": "Q", "code_owners": "i",
}  # fmt: skip


def _starts(lengths: "array[int]") -> Array:
    return numpy.concatenate([[0], numpy.cumsum(numpy.array(lengths, "int64"))]).astype("int64")


def _save_sorted(folder: Path, name: str, hashes: Any, owners: Any) -> None:
    """Hashes in ascending order, and whose each is: the owner's number, else the hash's own."""
    values = numpy.array(hashes, "uint64")
    order = numpy.argsort(values, kind="stable")
    save(folder / f"{name}_hashes.npy", values[order])
    known = order if owners is None else numpy.array(owners, "int32")[order]
    save(folder / f"{name}_owners.npy", known.astype("int32"))
