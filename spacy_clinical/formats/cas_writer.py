"""A Record given out as a UIMA CAS. What becomes of each part is told in `cas`."""

import json
import re
from collections import Counter
from typing import Any

from cassis import Cas
from cassis.typesystem import TypeSystem

from ..errors import Errors, FormatError
from ..records import Record
from .file_reading import encode
from .format_capacity import Keeps, keep
from .webanno_lines import NAMED_ENTITY
from .webanno_writer import CUSTOM

KEEPS = Keeps(
    concepts=True,
    relations=True,
    attributes=True,
    reserved=("identifier", "value", "begin", "end", "sofa", "type", "self", "id", "Governor",
              "Dependent", "source", "target", "next", "xmiID"),
)  # fmt: skip
TITLE = "UIMA CAS"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?<!_)")
_STRING, _ANNOTATION = "uima.cas.String", "uima.tcas.Annotation"


class CasWriter:
    """Writes documents whose type system grows by their attributes' names."""

    def __init__(self) -> None:
        self.features = {"identifier", "value"}
        self._declare_types()

    def _declare_types(self) -> None:
        """Declare all types anew: the library takes no feature once a type was instantiated."""
        self.types = TypeSystem()
        self.mention = self.types.create_type(NAMED_ENTITY, supertypeName=_ANNOTATION)
        self.relation = self.types.create_type(CUSTOM, supertypeName=_ANNOTATION)
        for name in sorted(self.features):
            self.types.create_feature(self.mention, name, _STRING)
        self.types.create_feature(self.relation, "label", _STRING)
        for name in ("Governor", "Dependent"):
            self.types.create_feature(self.relation, name, _ANNOTATION)

    def data(self, record: Record, kind: str, left_out: Counter[str] | None) -> bytes:
        """Make the file of a document.

        record (Record): The document.
        kind (str): "xmi" or "json".
        left_out (Counter[str] | None): As for `keep`.
        RETURNS (bytes): The file.
        """
        kept = keep(record, KEEPS, TITLE, left_out)
        encode(record.text, record.id)
        self._declare(kept)
        cas = self._cas(kept)
        try:
            data = cas.to_xmi() if kind == "xmi" else cas.to_json()
        except ValueError:
            what, expected = "a character that XML can't hold", "text without control characters"
            message = Errors.SC026.format(doc=record.id, what=what, expected=expected)
            raise FormatError(message) from None
        if kind == "json":
            data = json.dumps(json.loads(data), ensure_ascii=False, indent=1)
        return encode(data, record.id)

    def _declare(self, record: Record) -> None:
        names = {attribute.name for attribute in record.attributes} - self.features
        odd = sorted(name for name in names if not _NAME.fullmatch(name))
        if odd:
            what, advice = f"the attribute '{odd[0]}'", "Name it by letters, digits and '_'."
            message = Errors.SC020.format(doc=record.id, format=TITLE, what=what, advice=advice)
            raise FormatError(message)
        if names:
            self.features |= names
            self._declare_types()

    def _cas(self, record: Record) -> Cas:
        cas = Cas(typesystem=self.types)
        cas.sofa_string = record.text
        cas.sofa_mime = "text/plain"
        said: dict[str, dict[str, str]] = {}
        for attribute in record.attributes:
            said.setdefault(attribute.target, {})[attribute.name] = attribute.value
        made: dict[str, Any] = {}
        for entity in record.entities:
            fields = {"value": entity.label, **said.get(entity.id, {})}
            fields |= {"identifier": entity.concept} if entity.concept else {}
            made[entity.id] = self.mention(begin=entity.start, end=entity.end, **fields)
            cas.add(made[entity.id])
        for rel in record.relations:
            head, tail = made[rel.head], made[rel.tail]
            place = {"begin": tail.begin, "end": tail.end}
            cas.add(self.relation(**place, Governor=head, Dependent=tail, label=rel.label))
        return cas
