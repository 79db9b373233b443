"""A knowledge base on disk: concepts by identifier, by name and by code, through memory maps."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import compress, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy

from ..errors import Errors, KnowledgeError
from .array_files import Array, map_file
from .base_builder import CONCEPTS, CROSSREFS, INDEX, META, VERSION
from .code_systems import normal_code, split_code, system_name
from .fuzzy_name_index import PROPOSED, Found, NameIndex
from .index_arrays import check_counts, load_arrays, never_negative, telling_damage
from .name_forms import Forms, forms_of, hash_name, name_key, read_acronym
from .narrower_names import NARROWER, share_of
from .parent_arrays import Hierarchy, has_parents
from .term_index import TermIndex
from .terminology_facts import Concept

ARRAYS = (
    "ids", "concept_starts", "crossref_starts", "type_starts", "type_ids", "name_concepts",
    "name_positions", "fold_hashes", "fold_owners", "key_hashes", "key_owners", "initials_hashes",
    "initials_owners", "code_hashes", "code_owners",
)  # fmt: skip
# Scores of a name that is the same, letter by letter, by its words, or by its words' initials.
SAME, SAME_WORDS, SAME_INITIALS = 1.0, 0.99, 0.6
COMPARED = 40  # names of a text that are compared word by word


class Candidate(NamedTuple):
    """A concept that a text may mean.

    concept_id (str): Its identifier.
    score (float): 0..1: 1 for the same name, 0.99 for the same words, else what `NameIndex.search`
        gives, 0.99 at most, less for a name that says more (see `share_of`); 0.6 at least for an
        abbreviation of a name by its initials.
    name (int): Which name of the base it was found by, see `KnowledgeBase.read_name`.
    """

    concept_id: str
    score: float
    name: int


class KnowledgeBase:
    """A base that `build_from_facts` wrote. Opens in moments, is pickled as its path.

    folder (Path): The base. Raises KnowledgeError if it is missing, broken or another version.
    """

    def __init__(self, folder: Path | str):
        self.folder = Path(folder)
        self.meta = _read_meta(self.folder)
        self.arrays = load_arrays(self.folder / INDEX, ARRAYS)
        check_counts(self.folder / INDEX, self.meta, self.arrays)
        self.index = NameIndex(self.folder / INDEX)
        self._concepts = map_file(self.folder / CONCEPTS, int(self.arrays["concept_starts"][-1]))
        self._crossrefs = map_file(self.folder / CROSSREFS, int(self.arrays["crossref_starts"][-1]))
        self._type_names = list(self.meta["types"])
        self._have_types = lru_cache(64)(self._find_types)
        self._words_of = lru_cache(100_000)(self._find_words)
        self._hierarchy: Hierarchy | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return KnowledgeBase, (self.folder,)

    def __len__(self) -> int:
        return len(self.arrays["ids"])

    @cached_property
    def terms(self) -> TermIndex:
        """RETURNS (TermIndex): The names by their words. Raises KnowledgeError for a base that was
        built without."""
        return TermIndex(self.folder / INDEX)

    @property
    def cui_to_entity(self) -> "Concepts":
        """RETURNS (Concepts): The concepts by identifier: scispaCy's name for this."""
        return Concepts(self)

    def search(
        self,
        texts: Sequence[str],
        *,
        k: int = 10,
        types: Sequence[Collection[str]] | None = None,
        budget: int | None = None,
        proposed: int = PROPOSED,
    ) -> list[list[Candidate]]:
        """Find the concepts that texts may mean.

        texts (Sequence[str]): Mentions.
        k (int): Candidates for each, at most.
        types (Sequence[Collection[str]] | None): The semantic types that each may have; an empty
            one allows all.
        budget, proposed (int): See `NameIndex.search`.
        RETURNS (list[list[Candidate]]): The best first; of equal scores a canonical name, then the
            first identifier. Empty for a text that shares no trigram with any name.
        """
        distinct: dict[tuple[str, frozenset[str]], int] = {}
        wanted = types if types is not None else [()] * len(texts)
        pairs = zip(texts, map(frozenset, wanted), strict=True)
        places = [distinct.setdefault(pair, len(distinct)) for pair in pairs]
        with telling_damage(self.folder):
            found = self._search(list(distinct), k, budget, proposed)
        return [list(found[place]) for place in places]

    def read_name(self, number: int) -> str:
        """RETURNS (str): A name of the base, as its source writes it."""
        with telling_damage(self.folder):
            concept = self.read(int(self.arrays["name_concepts"][number]))
            names = [concept.canonical_name, *concept.aliases]
            return names[int(self.arrays["name_positions"][number])]

    def codes(self, concept_id: str, system: str = "") -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): A concept's codes, in one system or all, as "SYSTEM:CODE"."""
        wanted = system_name(system)
        codes = self.cui_to_entity[concept_id].xrefs
        return tuple(code for code in codes if not wanted or split_code(code)[0] == wanted)

    def concepts_with(self, code: str) -> list[str]:
        """RETURNS (list[str]): The concepts that have a code, "SYSTEM:CODE"."""
        code = normal_code(code)
        _, found = self._with_hash("code", numpy.array([hash_name(code)], "uint64"))
        concepts = (self.read(int(number)) for number in numpy.unique(found))
        return [concept.concept_id for concept in concepts if code in concept.xrefs]

    def find(self, concept_id: str) -> int:
        """RETURNS (int): A concept's number, -1 if the base hasn't got it."""
        ids, wanted = self.arrays["ids"], concept_id.encode("utf-8", "replace")
        if len(wanted) > ids.dtype.itemsize:
            return -1
        place = int(numpy.searchsorted(ids, numpy.bytes_(wanted)))
        return place if place < len(ids) and ids[place] == wanted else -1

    def read(self, number: int) -> Concept:
        """RETURNS (Concept): The concept of a number."""
        starts, codes = self.arrays["concept_starts"], self.arrays["crossref_starts"]
        with telling_damage(self.folder):
            row = json.loads(self._concepts[starts[number] : starts[number + 1]])
            line = self._crossrefs[codes[number] : codes[number + 1]].decode("utf-8")
            return Concept(**row, xrefs=line.rstrip("\n").split("\t")[1:])

    @property
    def hierarchy(self) -> Hierarchy:
        """RETURNS (Hierarchy): Who is whose parent. Raises KnowledgeError where the base has none,
        as it was built before parents were kept."""
        if self._hierarchy is None:
            if not has_parents(self.folder / INDEX):
                raise KnowledgeError(Errors.SC616.format(folder=self.folder))
            self._hierarchy = Hierarchy(self.folder / INDEX)
        return self._hierarchy

    def id_of(self, number: int) -> str:
        """RETURNS (str): The identifier of a concept's number."""
        with telling_damage(self.folder):
            id: str = self.arrays["ids"][number].decode("utf-8")
        return id

    def named(self, name: str) -> list[str]:
        """RETURNS (list[str]): The concepts that have a name, whatever its case, in order."""
        folded = forms_of(name).folded
        _, names = self._with_hash("fold", numpy.array([hash_name(folded)], "uint64"))
        with telling_damage(self.folder):
            numbers = numpy.unique(self.arrays["name_concepts"][names])
        return [self.id_of(int(number)) for number in numbers]

    def _search(
        self, queries: list[tuple[str, frozenset[str]]], k: int, budget: int | None, proposed: int
    ) -> list[list[Candidate]]:
        rows, names, scores = self._score_names([text for text, _ in queries], budget, proposed)
        concepts = self.arrays["name_concepts"][names]
        allowed = self._allowed(queries, rows, concepts)
        rows, names, scores, concepts = (x[allowed] for x in (rows, names, scores, concepts))
        aliases = self.arrays["name_positions"][names] > 0
        order = numpy.lexsort((concepts, aliases, -scores, rows))
        _, first = numpy.unique(
            rows[order].astype("int64") * len(self) + concepts[order], return_index=True
        )
        order = order[numpy.sort(first)]
        starts = numpy.searchsorted(rows[order], numpy.arange(len(queries) + 1))
        ids = self.arrays["ids"]
        return [
            [
                Candidate(ids[concepts[i]].decode("utf-8"), float(scores[i]), int(names[i]))
                for i in order[start : min(end, start + k)]
            ]
            for start, end in pairwise(starts)
        ]

    def _score_names(
        self, texts: list[str], budget: int | None, proposed: int
    ) -> tuple[Array, Array, Array]:
        """Query, name and score of every name that a text may be: alike, or the same."""
        queries = [forms_of(text) for text in texts]
        near = self._share(queries, self.index.search(queries, budget=budget, proposed=proposed))
        parts = [(near.rows, near.names, near.scores)]
        for table, forms, score in (
            ("initials", map(read_acronym, texts), SAME_INITIALS),
            ("key", (query.key for query in queries), SAME_WORDS),
            ("fold", (query.folded for query in queries), SAME),
        ):
            hashes = numpy.array([hash_name(form) if form else 0 for form in forms], "uint64")
            rows, names = self._with_hash(table, hashes)
            parts.append((rows, names, numpy.full(len(rows), score, "float32")))
        rows, names, scores = (numpy.concatenate(column) for column in zip(*parts, strict=True))
        limit = numpy.where(scores < SAME_WORDS, scores, SAME_WORDS)
        same = numpy.arange(len(rows)) >= len(rows) - len(parts[-1][0])
        return rows, names, numpy.where(same, SAME, limit)

    def _share(self, queries: list[Forms], near: Found) -> Found:
        """Lower the scores of names that say more; the least likely ones aren't compared."""
        order = numpy.lexsort((-near.scores, near.rows))
        rows, names = near.rows[order], near.names[order]
        likely = numpy.arange(len(rows)) - numpy.searchsorted(rows, rows) < COMPARED
        words = [frozenset(query.key.split()) for query in queries]
        shares = numpy.full(len(rows), NARROWER, "float32")
        pairs = zip(rows[likely].tolist(), names[likely].tolist(), strict=True)
        every = list(frozenset[str]().union(*words))
        known = frozenset(compress(every, self.index.known_words(every)))
        shares[likely] = [share_of(words[row], self._words_of(name), known) for row, name in pairs]
        scores = numpy.minimum(near.scores[order], SAME_WORDS) * shares
        return Found(rows, names, scores.astype("float32"))

    def _find_words(self, number: int) -> frozenset[str]:
        return frozenset(name_key(self.read_name(number)).split())

    def _with_hash(self, table: str, hashes: Array) -> tuple[Array, Array]:
        """Position among the hashes and owner, for every owner of a hash."""
        known, owners = self.arrays[f"{table}_hashes"], self.arrays[f"{table}_owners"]
        starts = numpy.searchsorted(known, hashes)
        counts = numpy.searchsorted(known, hashes, side="right") - starts
        rows = numpy.repeat(numpy.arange(len(hashes)), counts)
        offsets = numpy.arange(len(rows)) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
        with telling_damage(self.folder):
            found = owners[numpy.repeat(starts, counts) + offsets].astype("int64")
            return rows, never_negative(found)

    def _allowed(
        self, queries: list[tuple[str, frozenset[str]]], rows: Array, concepts: Array
    ) -> Array:
        allowed = numpy.ones(len(rows), bool)
        wanted = numpy.array([bool(types) for _, types in queries], bool)
        for types in {types for _, types in queries if types}:
            of_these = numpy.array([other == types for _, other in queries])[rows]
            allowed &= ~of_these | self._have_types(types)[concepts]
        return allowed if wanted.any() else numpy.ones(len(rows), bool)

    def _find_types(self, types: frozenset[str]) -> Array:
        """Which concepts have one of the types, shape (concepts,)."""
        wanted = [i for i, name in enumerate(self._type_names) if name in types]
        hits = numpy.concatenate([[0], numpy.cumsum(numpy.isin(self.arrays["type_ids"], wanted))])
        return numpy.diff(hits[self.arrays["type_starts"]]) > 0


class Concepts(Mapping[str, Concept]):
    """The concepts of a base by identifier, each read when it is asked for."""

    def __init__(self, kb: KnowledgeBase):
        self._kb = kb

    def __getitem__(self, concept_id: str) -> Concept:
        number = self._kb.find(concept_id)
        if number < 0:
            raise KeyError(concept_id)
        return self._kb.read(number)

    def __contains__(self, concept_id: object) -> bool:
        return isinstance(concept_id, str) and self._kb.find(concept_id) >= 0

    def __iter__(self) -> Iterator[str]:
        with telling_damage(self._kb.folder):
            yield from (name.decode("utf-8") for name in self._kb.arrays["ids"])

    def __len__(self) -> int:
        return len(self._kb)


def _read_meta(folder: Path) -> dict[str, Any]:
    path = folder / META
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise KnowledgeError(Errors.SC610.format(folder=folder)) from None
    except (OSError, ValueError) as error:
        raise KnowledgeError(Errors.SC611.format(path=path, error=error)) from None
    if not isinstance(meta, dict) or meta.get("version") != VERSION:
        found = meta.get("version") if isinstance(meta, dict) else None
        raise KnowledgeError(Errors.SC612.format(folder=folder, found=found, known=VERSION))
    if not isinstance(meta.get("types"), dict):
        raise KnowledgeError(Errors.SC611.format(path=path, error="no semantic types"))
    return meta
