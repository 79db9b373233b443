"""Limits of relations for a config, and how they are shown."""

from collections.abc import Mapping

from ..pipeline.relations.learned_cardinality import Ends, with_limits
from ..schema import RelationType, Schema


def limit(schema: Schema, ends: Mapping[str, Ends], exceptions: float) -> tuple[Schema, str]:
    """Limit the labels with direction of which next to no mention has more than one relation.

    schema (Schema): What a corpus annotates.
    ends (Mapping[str, Ends]): Relations of each head and tail, by label.
    exceptions (float): Share of the mentions that may have more.
    RETURNS (tuple[Schema, str]): With limits, and their names.
    """
    directed = {label: n for label, n in ends.items() if label not in schema.symmetric_labels}
    limited = with_limits(schema, directed, exceptions)
    shown = [_show(rel) for rel in limited.relations if rel.max_per_head or rel.max_per_tail]
    return limited, ", ".join(shown) or "none"


def _show(rel: RelationType) -> str:
    limits = {"head": rel.max_per_head, "tail": rel.max_per_tail}
    return f"{rel.label} ({' and '.join(side for side, most in limits.items() if most)})"
