"""Cards for people: HTI-1's table in Markdown, CHAI's applied model card in XML, of one card.json.

CHAI: the schema of version 0.2 (coalition-for-health-ai/mc-schema), whose elements and the keys
that fill them stand in `data/chai_card.tsv`.
"""

import json
from collections.abc import Callable
from xml.etree import ElementTree

from ..errors import CommandError, Errors
from .source_attributes import NOT_GIVEN, Card, attributes, read_table

CHAI = "https://mc.chai.org/v0.2/schema.xsd"
RULE = "45 CFR 170.315(b)(11)(iv)(B)"


def hti1_card(card: Card) -> str:
    """RETURNS (str): The 31 attributes as Markdown, by group."""
    lines = [f"# {card.name} {card.version}: source attributes ({RULE})"]
    group = ""
    for attribute in attributes():
        if attribute.group != group:
            group = attribute.group
            lines += ["", f"## {group[0].upper()}{group[1:]}"]
        lines += [
            "",
            f"**{attribute.paragraph} {attribute.meaning}**",
            "",
            card.value(attribute.key),
        ]
    return "\n".join(lines) + "\n"


def chai_card(card: Card) -> str:
    """RETURNS (str): The applied model card as XML."""
    ElementTree.register_namespace("", CHAI)
    root = ElementTree.Element(f"{{{CHAI}}}AppliedModelCard")
    for path, keys in read_table("chai_card.tsv"):
        node = root
        *parents, last = path.split("/")
        for name in parents:
            found = node.find(f"{{{CHAI}}}{name}")
            node = ElementTree.SubElement(node, f"{{{CHAI}}}{name}") if found is None else found
        leaf = ElementTree.SubElement(node, f"{{{CHAI}}}{last}")
        if last != "Keywords":
            leaf.text = _json(card, keys) if last == "ValueJson" else _text(card, keys)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _text(card: Card, keys: str) -> str:
    names = {"name": card.name, "version": card.version}
    told = [names.get(key) or card.values.get(key, "") for key in keys.split()]
    return " ".join(filter(None, told)) or NOT_GIVEN


def _json(card: Card, keys: str) -> str:
    """A result's value. Ours are sentences with intervals, which one number can't say."""
    return json.dumps({"kind": "text", "value": _text(card, keys)}, ensure_ascii=False)


TEMPLATES: dict[str, Callable[[Card], str]] = {"hti1": hti1_card, "chai": chai_card}


def fill_card(card: Card, template: str) -> str:
    """Write a card for people.

    card (Card): As `read_card` gives it.
    template (str): One of TEMPLATES.
    RETURNS (str): Markdown or XML. Raises CommandError for another template.
    """
    if template not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise CommandError(Errors.SC519.format(what="card", name=template, known=known))
    return TEMPLATES[template](card)
