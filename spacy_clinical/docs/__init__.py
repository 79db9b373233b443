"""Where a Doc keeps mentions, assertions and relations; how Records become Docs and back."""

from .abbreviation_spans import expand, get_abbreviations, get_long_form, set_abbreviations
from .annotated_labels import (
    Annotated,
    get_known_labels,
    get_known_relation_labels,
    has_assertions,
    restrict,
)
from .assertion_store import Assertion, get_assertions, keep_flags, set_assertions
from .assertion_vocabulary import Meanings, in_words_of, meanings_of
from .concept_relations import (
    ConceptRelation,
    ConceptRow,
    get_concept_relations,
    get_concept_rows,
    get_concepts,
    get_told_relations,
    has_concept_relations,
    identify,
    install_concept_extensions,
    normalize_name,
    set_concept_relations,
)
from .doc_joining import from_json, join_docs, to_json
from .entity_links import KB_ENTS, get_links, install_link_extensions, set_links
from .event_store import get_untold
from .extension_getters import Relation, get_relations, install_extensions, is_asserted
from .fitted_tokens import to_fitted_doc
from .label_roles import ENTITY, RELATION, labels_of, role_of
from .mention_store import (
    KEY,
    Lost,
    Mention,
    get_attributes,
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
from .note_language import check_language, language_of, with_language
from .record_conversion import to_doc, to_record
from .section_spans import DocSection, get_section_category, get_sections, set_sections
from .token_alignment import TokenIndex

__all__ = [
    "ENTITY",
    "KB_ENTS",
    "KEY",
    "RELATION",
    "Annotated",
    "Assertion",
    "ConceptRelation",
    "ConceptRow",
    "DocSection",
    "Lost",
    "Meanings",
    "Mention",
    "Relation",
    "TokenIndex",
    "check_language",
    "expand",
    "from_json",
    "get_abbreviations",
    "get_assertions",
    "get_attributes",
    "get_concept_relations",
    "get_concept_rows",
    "get_concepts",
    "get_known_labels",
    "get_known_relation_labels",
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
    "get_told_relations",
    "get_untold",
    "has_assertions",
    "has_concept_relations",
    "has_mentions",
    "has_relations",
    "identify",
    "in_words_of",
    "install_concept_extensions",
    "install_extensions",
    "install_link_extensions",
    "is_asserted",
    "join_docs",
    "keep_flags",
    "labels_of",
    "language_of",
    "meanings_of",
    "mention_of",
    "name_doc",
    "normalize_name",
    "restrict",
    "role_of",
    "set_abbreviations",
    "set_assertions",
    "set_concept_relations",
    "set_links",
    "set_mentions",
    "set_relations",
    "set_sections",
    "to_doc",
    "to_fitted_doc",
    "to_json",
    "to_record",
    "with_language",
]
