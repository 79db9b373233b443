"""Where a Doc keeps mentions, assertions and relations; how Records become Docs and back."""

from .assertions import Assertion, get_assertions, set_assertions
from .convert import to_doc, to_record
from .links import KB_ENTS, get_links, install_link_extensions, set_links
from .store import (
    KEY,
    Lost,
    Mention,
    get_attributes,
    get_concept_relations,
    get_concepts,
    get_lost,
    get_mentions,
    get_name,
    get_relation_rows,
    get_spans,
    has_mentions,
    has_relations,
    mention_of,
    name_doc,
    set_mentions,
    set_relations,
)
from .tokens import TokenIndex
from .views import Relation, get_relations, install_extensions, is_asserted

__all__ = [
    "KB_ENTS",
    "KEY",
    "Assertion",
    "Lost",
    "Mention",
    "Relation",
    "TokenIndex",
    "get_assertions",
    "get_attributes",
    "get_concept_relations",
    "get_concepts",
    "get_links",
    "get_lost",
    "get_mentions",
    "get_name",
    "get_relation_rows",
    "get_relations",
    "get_spans",
    "has_mentions",
    "has_relations",
    "install_extensions",
    "install_link_extensions",
    "is_asserted",
    "mention_of",
    "name_doc",
    "set_assertions",
    "set_links",
    "set_mentions",
    "set_relations",
    "to_doc",
    "to_record",
]
