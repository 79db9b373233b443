"""De-identifies the notes of a run, each as it comes out of the pipeline; nothing else leaves."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Collection
from functools import cached_property
from typing import Any

from spacy.tokens import Doc

from ..docs import get_name
from ..errors import DeidError, Errors
from ..pipeline.deid.known_person import FIELDS, KnownPerson
from .deidentify import Deidentified, deidentify, patient_of
from .leak_search import SecondSearch
from .policy import Policy
from .surrogates import Surrogates

_SHOWN = 20


class Rewriter:
    """De-identifies notes.

    policy (Policy): What is done with each kind of identifier.
    surrogates (Surrogates | None): Where surrogates come from.
    patient_field (str): The meta field that says whose note it is, "" for the usual ones.
    keep_meta (Collection[str]): Meta fields that identify nobody and stay as they are.
    locales (list[str]): Whose numbers and codes the second search looks for.
    """

    def __init__(
        self,
        policy: Policy,
        surrogates: Surrogates | None,
        patient_field: str = "",
        keep_meta: Collection[str] = (),
        locales: tuple[str, ...] = ("en",),
    ):
        if policy.needs_key and surrogates is None:
            raise DeidError(Errors.SC908.format(name=policy.name))
        self.policy, self.surrogates = policy, surrogates
        self._patient_field, self._keep_meta = patient_field, tuple(keep_meta)
        self._locales = locales

    @property
    def fingerprint(self) -> str:
        """RETURNS (str): A hash of the settings, and of what the key makes: a run that goes on with
        another would give one person two names."""
        sample = b"" if self.surrogates is None else self._sample(self.surrogates)
        settings = [sorted(self.policy.actions.items()), self._patient_field, self._keep_meta]
        data = json.dumps([settings, self._locales, sample.hex()]).encode()
        return hashlib.blake2b(data, digest_size=16).hexdigest()

    @staticmethod
    def _sample(surrogates: Surrogates) -> bytes:
        return surrogates.stream("", "fingerprint", "", 16)

    def rewrite(self, doc: Doc) -> tuple[Doc, Counter[str]]:
        """De-identify a note.

        doc (Doc): As the pipeline left it, with the note's name and meta.
        RETURNS (tuple[Doc, Counter[str]]): The new document, and how often each action was done,
            by "LABEL action". Raises DeidError where the second search finds something.
        """
        clean = self.checked(doc)
        counts = Counter(f"{c.label} {c.action}" for c in clean.changes)
        counts.update(f"{name} dropped from meta" for name in clean.dropped)
        return clean.doc, counts

    def checked(self, doc: Doc) -> Deidentified:
        """De-identify a note, and search what comes out for identifiers that are left.

        doc (Doc): As for `rewrite`.
        RETURNS (Deidentified): All of it. Raises DeidError where the second search finds something.
        """
        name, meta = get_name(doc)
        clean = deidentify(
            doc,
            self.policy,
            self.surrogates,
            patient=self._patient(meta),
            id=self.new_name(name),
            keep_meta=self._keep_meta,
        )
        replaced = [(c.new_start, c.new_end) for c in clean.changes]
        known = [*clean.originals, *KnownPerson(FIELDS).values(meta)]
        leaks = self._search.find(clean.text, known, replaced)
        if leaks:
            shown = ", ".join(f"{x.rule} at {x.start}-{x.end}" for x in leaks[:_SHOWN])
            raise DeidError(Errors.SC909.format(n=len(leaks), shown=shown))
        return clean

    @cached_property
    def _search(self) -> SecondSearch:
        return SecondSearch.of(self._locales, self.policy.kept)

    def new_name(self, name: str) -> str:
        """RETURNS (str): A name made of the old one by the key, or of chance: never the old one."""
        if self.surrogates is None:
            return f"note-{secrets.token_hex(8)}"
        return f"note-{self.surrogates.stream('', 'note', name, 8).hex()}"

    def _patient(self, meta: dict[str, Any]) -> str | None:
        if not self._patient_field:
            return None
        patient = patient_of(meta, self._patient_field)
        if not patient:
            raise DeidError(Errors.SC910.format(field=self._patient_field))
        return patient
