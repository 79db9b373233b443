"""The content tree of a report in DICOM SR: TID 1500, a group of TID 1501 for each finding.

dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_A.html. The templates are made by
`highdicom.sr`. No group refers to an image: what is known is what the text says.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from ..docs.document_findings import NEGATIVE, POSITIVE, UNCERTAIN
from ..quantities import Quantity, parse_quantity, read_in
from .dicom_codes import FINDING, SITE, DicomCodes
from .document_facts import Facts
from .export_settings import ExportSettings
from .fhir_codes import clean
from .report_findings import ReportFact

# CID 240, "Present-Absent"; the concept that has these values.
PRESENCE = ("121052", "DCM", "Presence of property")
STATUSES = {
    POSITIVE: ("52101004", "SCT", "Present"),
    NEGATIVE: ("272519000", "SCT", "Absent"),
    UNCERTAIN: ("373068000", "SCT", "Undetermined"),
}
LENGTH, VOLUME = ("410668003", "SCT", "Length"), ("118565006", "SCT", "Volume")
MEASURED = {
    **dict.fromkeys(("um", "mm", "cm", "m"), LENGTH),
    **dict.fromkeys(("mm3", "cm3", "uL", "mL", "L"), VOLUME),
}
NAMED, CHANGE = ("121071", "DCM", "Finding"), ("111021", "DCM", "Description of Change")
IMPRESSION, DEVICE = ("121073", "DCM", "Impression"), ("121007", "DCM", "Device")
STUDY = ("18748-4", "LN", "Diagnostic imaging study")
TITLE = ("126000", "DCM", "Imaging Measurement Report")
QUOTE, SIZE_WORDS, SITE_WORDS = "Words of the report", "Size in words", "Place in words"
BOUNDED = "sizes with a comparator, or about so much: in words only"
UNREAD = "sizes that are no length or volume: in words only"
UNCODED = "findings and places that no code holds: in words only"
UNDETERMINED = "und"  # RFC 5646, 4.1: a language that nobody told
NAMES = {
    "und": "Undetermined",
    "en": "English",
    "zh": "Chinese",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
}
LONGEST_NUMBER = 16  # characters of DS
Concept = tuple[str, str, str]  # code, scheme, meaning
MakeUid = Callable[..., str]


class ReportTree:
    """Makes content trees.

    sr (module): `highdicom.sr`.
    codes (DicomCodes): What words are coded as.
    settings (ExportSettings): Of the export: the system is the observer, a device.
    device (str): Its UID.
    left_out (Counter[str]): Counts what is told in words only.
    """

    def __init__(
        self,
        sr: Any,
        codes: DicomCodes,
        settings: ExportSettings,
        device: str,
        left_out: Counter[str],
    ):
        self.sr, self.codes, self.settings = sr, codes, settings
        self.device, self.left_out = device, left_out
        self.contains = sr.RelationshipTypeValues.CONTAINS

    def make(self, facts: Facts, uid: MakeUid) -> Any:
        """Make the tree of a report with findings.

        facts (Facts): The report.
        uid (Callable[..., str]): Makes UIDs of it, of any words.
        RETURNS (MeasurementReport): The tree. Its impression stands behind the findings.
        """
        language = self.settings.language or UNDETERMINED
        spoken = self.sr.CodedConcept(language, "RFC5646", NAMES.get(language, language))
        tree = self.sr.MeasurementReport(
            observation_context=self._observer(),
            procedure_reported=self.sr.CodedConcept(*STUDY),
            imaging_measurements=[self._group(fact, facts, uid) for fact in facts.findings],
            title=self.sr.CodedConcept(*TITLE),
            language_of_content_item_and_descendants=(
                self.sr.LanguageOfContentItemAndDescendants(spoken)
            ),
        )
        if clean(facts.conclusion):
            tree[0].ContentSequence.append(self._text(IMPRESSION, facts.conclusion))
        return tree

    def _observer(self) -> Any:
        device = self.sr.DeviceObserverIdentifyingAttributes(
            uid=self.device, name=clean(self.settings.name)
        )
        observer = self.sr.ObserverContext(self.sr.CodedConcept(*DEVICE), device)
        return self.sr.ObservationContext(observer_device_context=observer)

    def _group(self, fact: ReportFact, facts: Facts, uid: MakeUid) -> Any:
        """A finding: its name, status, places and sizes as codes and numbers, the rest in words."""
        name = self.codes.find(FINDING, fact.label)
        sites = [self.codes.find(SITE, words) for words in fact.sites]
        said = self.sr.CodedConcept(*PRESENCE), self.sr.CodedConcept(*STATUSES[fact.status])
        group = self.sr.MeasurementsAndQualitativeEvaluations(
            tracking_identifier=self.sr.TrackingIdentifier(
                uid=uid("finding", fact.label), identifier=f"{clean(fact.label)}: {fact.status}"
            ),
            finding_type=name,
            finding_sites=[self.sr.FindingSite(site) for site in sites if site is not None],
            measurements=[one for words in fact.sizes for one in self._measure(words, facts)],
            qualitative_evaluations=[self.sr.QualitativeEvaluation(*said)],
        )
        uncoded = [words for words, site in zip(fact.sites, sites, strict=True) if site is None]
        self.left_out[UNCODED] += len(uncoded) + (name is None)
        rows: list[tuple[str | Concept, str]] = [(NAMED, fact.label)] if name is None else []
        rows += [(SITE_WORDS, words) for words in uncoded]
        rows += [(SIZE_WORDS, words) for words in fact.sizes]
        rows += [(CHANGE, words) for words in fact.changes]
        rows += [(QUOTE, facts.text[start:end]) for start, end in fact.fragments]
        group[0].ContentSequence.extend(self._text(*row) for row in rows if clean(row[1]))
        return group

    def _text(self, name: str | Concept, words: str) -> Any:
        concept = self.codes.own(name) if isinstance(name, str) else self.sr.CodedConcept(*name)
        return self.sr.TextContentItem(concept, clean(words), self.contains)

    def _measure(self, words: str, facts: Facts) -> Iterator[Any]:
        """The numbers of a size as the report has them: of "3 x 2 cm" two, nothing worked out."""
        read = read_in(facts.language, parse_quantity, words)
        name = MEASURED.get(read.unit or "") if read is not None else None
        if read is None or name is None:
            self.left_out[UNREAD] += 1
        elif read.comparator or read.approximate or not _numbers(read):
            self.left_out[BOUNDED] += 1
        else:
            unit = self.sr.CodedConcept(read.unit, "UCUM", read.unit)
            for number in _numbers(read):
                made = self.sr.Measurement(self.sr.CodedConcept(*name), float(number), unit)
                if len(digits := f"{number:f}") <= LONGEST_NUMBER:
                    made[0].MeasuredValueSequence[0].NumericValue = digits  # 9 isn't 9.0
                yield made


def _numbers(read: Quantity) -> tuple[Decimal, ...]:
    if read.form == "number" and read.value is not None:
        return (read.value,)
    return read.parts if read.form == "size" else ()
