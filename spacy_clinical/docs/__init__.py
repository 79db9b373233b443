"""Where a Doc keeps mentions, assertions and relations; how Records become Docs and back."""

from .abbreviations import expand, get_abbreviations, get_long_form, set_abbreviations
from .assertions import Assertion, get_assertions, set_assertions
from .convert import to_doc, to_record
from .links import KB_ENTS, get_links, install_link_extensions, set_links
from .sections import DocSection, get_section_category, get_sections, set_sections
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
    "DocSection",
    "Lost",
    "Mention",
    "Relation",
    "TokenIndex",
    "expand",
    "get_abbreviations",
    "get_assertions",
    "get_attributes",
    "get_concept_relations",
    "get_concepts",
    "get_links",
    "get_long_form",
    "get_lost",
    "get_mentions",
    "get_name",
    "get_relation_rows",
    "get_relations",
    "get_section_category",
    "get_sections",
    "get_spans",
    "has_mentions",
    "has_relations",
    "install_extensions",
    "install_link_extensions",
    "is_asserted",
    "mention_of",
    "name_doc",
    "set_abbreviations",
    "set_assertions",
    "set_links",
    "set_mentions",
    "set_relations",
    "set_sections",
    "to_doc",
    "to_record",
]
