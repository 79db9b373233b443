"""FHIR resources as JSON whose decimals keep their digits: 7.90 isn't 7.9 (R4, datatypes, decimal).

`fhir.resources` 8 writes decimals as numbers with two kinds of borders: it makes floats of them.
"""

import json
import re
from decimal import Decimal
from typing import Any

_MARK = "\x00"  # no string of a resource holds it: see fhir_codes.clean
_NUMBER = re.compile(r'"\\u0000([^"\\]+)\\u0000"')


def to_json(resource: dict[str, Any]) -> bytes:
    """Write a resource.

    resource (dict[str, Any]): With Decimals where digits count.
    RETURNS (bytes): JSON in UTF-8.
    """
    text = json.dumps(resource, default=_mark, ensure_ascii=False, separators=(",", ":"))
    return _NUMBER.sub(lambda match: match[1], text).encode()


def _mark(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a resource")
    return f"{_MARK}{value:f}{_MARK}"
