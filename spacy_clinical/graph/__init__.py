"""The graph of what notes say: concepts, how they are said, relations, and where it stands."""

from .clinical_graph import (
    Concept,
    Document,
    Finding,
    KnowledgeGraph,
    Mention,
    Relation,
    Said,
    merge_graphs,
)
from .cohort_counts import Count, Rate, ask_counts, ask_rates, cross_table
from .draw import draw_graph
from .graph_builder import build_graph, describe
from .graph_files import read_graph, write_graph
from .graph_lookup import Evidence, Lookup, Since
from .mention_words import normalise
from .property_graph import from_networkx, to_networkx
from .queries import (
    Answer,
    Effect,
    Problem,
    Relative,
    RuledOut,
    Taking,
    ask_adverse_effects,
    ask_family,
    ask_medications,
    ask_problems,
    ask_ruled_out,
)
from .question_roles import ROLES, Roles, read_roles

__all__ = [
    "ROLES",
    "Answer",
    "Concept",
    "Count",
    "Document",
    "Effect",
    "Evidence",
    "Finding",
    "KnowledgeGraph",
    "Lookup",
    "Mention",
    "Problem",
    "Rate",
    "Relation",
    "Relative",
    "Roles",
    "RuledOut",
    "Said",
    "Since",
    "Taking",
    "ask_adverse_effects",
    "ask_counts",
    "ask_family",
    "ask_medications",
    "ask_problems",
    "ask_rates",
    "ask_ruled_out",
    "build_graph",
    "cross_table",
    "describe",
    "draw_graph",
    "from_networkx",
    "merge_graphs",
    "normalise",
    "read_graph",
    "read_roles",
    "to_networkx",
    "write_graph",
]
