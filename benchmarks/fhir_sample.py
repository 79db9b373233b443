"""The FHIR export of the sample corpus's evaluation notes: resources, quantities, faults.

    python benchmarks/fhir_sample.py

Gold annotation is exported, so that nothing but the export is measured.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import spacy

from spacy_clinical.docs import to_doc
from spacy_clinical.exports.export_settings import ExportSettings
from spacy_clinical.exports.fhir import write_ndjson
from spacy_clinical.records import Record

SAMPLE = Path(__file__).parents[1] / "assets" / "sample"
QUANTITIES = ("valueQuantity", "valueRange", "valueRatio", "component")
Resource = Mapping[str, Any]


def read_notes() -> list[Record]:
    """RETURNS (list[Record]): The evaluation notes, with gold annotation."""
    sys.path.insert(0, str(SAMPLE))
    from markup import read_folder  # type: ignore[import-not-found]

    records: list[Record] = read_folder(SAMPLE / "notes" / "eval")
    return records


def export(records: list[Record]) -> tuple[list[Resource], Counter[str]]:
    """RETURNS (tuple[list[Resource], Counter[str]]): The resources, each checked by the export and
    by `fhir.resources`, and what was left out."""
    make_doc = spacy.blank("en").make_doc
    with TemporaryDirectory() as folder:
        target = Path(folder) / "out.ndjson"
        left_out = write_ndjson((to_doc(r, make_doc) for r in records), target, ExportSettings())
        lines = target.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], left_out


def references(value: Any) -> Iterator[str]:
    """YIELDS (str): What a resource refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def rows(found: list[Resource]) -> Iterator[tuple[str, str]]:
    """YIELDS (tuple[str, str]): What is counted, and how often."""
    for kind, n in sorted(Counter(x["resourceType"] for x in found).items()):
        yield kind, str(n)
    valued = [x for x in found if any(k.startswith(("valueS", *QUANTITIES)) for k in x)]
    measured = [x for x in valued if any(name in x for name in QUANTITIES)]
    yield "Observations with a result", str(len(valued))
    yield "of them with a quantity, a range, a ratio or components", str(len(measured))
    yield "with an interpretation", str(sum("interpretation" in x for x in found))
    yield "with a category", str(sum("category" in x and "value" in str(x) for x in valued))
    doses = [d for x in found for d in x.get("dosage", [])]
    yield "dosages", str(len(doses))
    for name in ("doseAndRate", "route", "timing"):
        yield f"of them with {name}", str(sum(name in d for d in doses))
    known = {f"{x['resourceType']}/{x['id']}" for x in found}
    targets = [target for x in found for target in references(x)]
    yield "references", f"{len(targets)}, resolved {sum(t in known for t in targets)}"
    yield "ids used twice", str(len(found) - len(known))


def main() -> None:
    found, left_out = export(read_notes())
    for name, value in (*rows(found), *((f"left out: {k}", str(n)) for k, n in left_out.items())):
        print(f"{name:75}{value}")
    from spacy_clinical.exports.fhir_checks import check_resources

    faults = check_resources(found)
    print(f"{'faults by the checks of rules':75}{len(faults)}", *faults[:10], sep="\n")


if __name__ == "__main__":
    main()
