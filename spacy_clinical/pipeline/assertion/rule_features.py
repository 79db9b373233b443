"""What ConText's rules say of mentions, as a feature of `clinical_assertion`."""

from collections.abc import Sequence

from spacy.tokens import Doc, Span

from ...docs import KEY
from ...docs.assertion_store import ASSERTION, VALUES
from ..rules.clinical_context import RANKING, ClinicalContext
from .mention_instances import Rules


def make_context_rules(rules: list[str] | None = None) -> Rules:
    """Ask the rules of `clinical_context` about mentions, gold ones in training too.

    rules (list[str] | None): Packaged tables and files, None for English. A file must be there
        wherever the pipeline is loaded; packaged tables are.
    RETURNS (Callable): Takes a Doc and spans, gives a value for each.
    """
    component = ClinicalContext(
        "context_rules",
        rules=["en"] if rules is None else rules,
        spans_key=KEY,
        attribute=ASSERTION,
        default=VALUES[0],
        ranking=RANKING,
        labels=None,
        overwrite=False,
        min_score=0.0,
    )

    def read(doc: Doc, spans: Sequence[Span]) -> list[str | None]:
        found = component.find(doc, spans)
        return [said[0].value if said else component.default for said in found]

    return read
