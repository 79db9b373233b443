"""What the components of a pipeline know: their labels, schemas, schemes and thresholds."""

from collections.abc import Mapping
from typing import Any

from spacy.language import Language

from ..attributes import AttributeType, Scheme
from ..result_tables import Table
from ..schema import Schema


def label_tables(nlp: Language) -> list[Table]:
    """Lay out what a pipeline knows.

    nlp (Language): The pipeline.
    RETURNS (list[Table]): The names of its components, then for each that has labels what they are.
    """
    tables = [Table(notes=["pipeline: " + ", ".join(nlp.pipe_names)])]
    for name in nlp.pipe_names:
        cfg = getattr(nlp.get_pipe(name), "cfg", {})
        if "schema" in cfg:
            tables.append(_schema_table(f"{name}: schema", cfg))
        elif cfg.get("scheme"):
            tables.append(_scheme_table(f"{name}: attributes", cfg))
        elif cfg.get("labels"):
            tables.append(Table(notes=[f"{name}: " + ", ".join(cfg["labels"])]))
    return tables


def _schema_table(title: str, cfg: Mapping[str, Any]) -> Table:
    rows = [
        (
            rel.label,
            ", ".join(rel.heads),
            ", ".join(rel.tails),
            "symmetric" if rel.symmetric else "directed",
            str(cfg["thresholds"].get(rel.label, cfg["threshold"])),
        )
        for rel in Schema.from_dict(cfg["schema"]).relations
    ]
    return Table(title, ("label", "heads", "tails", "direction", "threshold"), rows)


def _scheme_table(title: str, cfg: Mapping[str, Any]) -> Table:
    rows = [_scheme_row(one) for one in Scheme.from_dict(cfg["scheme"]).types]
    return Table(title, ("attribute", "values", "of", "where nothing is said"), rows)


def _scheme_row(type: AttributeType) -> tuple[str, ...]:
    default = "unknown" if type.default is None else type.default or "(nothing)"
    values = ", ".join(value for value in type.values if value)
    return type.name, values, ", ".join(type.labels), default
