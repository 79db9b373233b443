"""What the identifiers of a document's parts are made of."""

import hashlib
from collections import Counter

from .document_facts import Facts


class DocumentNames:
    """Names documents, of which several may be called the same, or nothing."""

    def __init__(self) -> None:
        self._named: Counter[str] = Counter()

    def name(self, facts: Facts) -> str:
        """RETURNS (str): A document's name and how often that came before; without a name, of its
        text."""
        data = facts.text.encode("utf-8", "surrogatepass")
        name = facts.id or f"unnamed {hashlib.sha256(data).hexdigest()}"
        self._named[name] += 1
        again = self._named[name] - 1
        return f"{name}\n{again}" if again else name
