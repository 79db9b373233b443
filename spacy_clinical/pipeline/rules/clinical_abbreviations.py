"""`clinical_abbreviations`: what the abbreviations of a note stand for."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span

from ...context.schwartz_hearst import find_definitions, find_places
from ...doc_text import text_of
from ...docs.abbreviation_spans import install_abbreviation_extensions, set_abbreviations
from ...errors import Errors, PipelineError

Pairs = Iterable[tuple[Span, Span]]
Detector = Callable[[Doc], Pairs]


@Language.factory(
    "clinical_abbreviations",
    assigns=["doc.spans", "doc._.abbreviations", "span._.long_form"],
    default_config={"detector": {"@misc": "spacy-clinical.SchwartzHearst.v1"}},
)
def make_clinical_abbreviations(
    nlp: Language, name: str, detector: Callable[[Any], Any]
) -> "ClinicalAbbreviations":
    """Make the component that finds abbreviations and their long forms.

    detector (Callable[[Language], Detector]): Makes what finds pairs of short and long form in a
        Doc.
    """
    return ClinicalAbbreviations(name, detector=detector(nlp))


class ClinicalAbbreviations(Pipe):
    """Find abbreviations; what they stand for is at `span._.long_form`, offsets being all that is
    stored.

    name (str): The component's name.
    detector (Detector): Finds pairs of short and long form.
    """

    def __init__(self, name: str = "clinical_abbreviations", *, detector: Detector):
        self.name = name
        self._detect = detector
        install_abbreviation_extensions()

    def __call__(self, doc: Doc) -> Doc:
        """Find the abbreviations of a document.

        doc (Doc): The document.
        RETURNS (Doc): The same, with `doc.spans["abbreviations"]`.
        """
        set_abbreviations(doc, self._detect(doc))
        return doc


def make_schwartz_hearst() -> Callable[[Language], Detector]:
    """Find abbreviations by our own reading of Schwartz and Hearst's algorithm.

    RETURNS (Callable[[Language], Detector]): Makes the detector.
    """
    return lambda nlp: _find_pairs


def make_scispacy_abbreviations() -> Callable[[Language], Detector]:
    """Find abbreviations by scispaCy's detector, of the extra `scispacy`.

    RETURNS (Callable[[Language], Detector]): Makes the detector. Raises PipelineError where
        scispaCy isn't installed.
    """
    return _ScispacyDetector


def _find_pairs(doc: Doc) -> Pairs:
    text = text_of(doc)
    long_forms = {text[slice(*d.short)]: d.long for d in find_definitions(text)}
    for short, places in find_places(text, long_forms).items():
        long_form = doc.char_span(*long_forms[short], alignment_mode="expand")
        for place in places:
            span = doc.char_span(*place)
            if span is not None and long_form is not None:
                yield span, long_form


class _ScispacyDetector:
    """scispaCy's matching without its storage, which holds Spans and can't be saved."""

    def __init__(self, nlp: Language):
        if find_spec("scispacy") is None:
            raise PipelineError(Errors.SC324)
        before = _extensions()
        from scispacy.abbreviation import AbbreviationDetector, filter_matches

        self._detector = AbbreviationDetector(nlp)
        self._filter = filter_matches
        _restore(before)

    def __call__(self, doc: Doc) -> Pairs:
        brackets = [(key, start + 1, end - 1) for key, start, end in self._detector.matcher(doc)]
        candidates = self._filter(brackets, doc)
        found = self._detector.find_matches_for(candidates, doc) if candidates else []
        return [(short, long) for long, places in found for short in places]


NAMES = ((Doc, "abbreviations"), (Span, "long_form"))


def _extensions() -> dict[tuple[Any, str], Any]:
    """The extensions that scispaCy sets by force."""
    return {key: key[0].get_extension(key[1]) for key in NAMES if key[0].has_extension(key[1])}


def _restore(before: dict[tuple[Any, str], Any]) -> None:
    """Set extensions as they were, so that ours can be read."""
    for target, name in NAMES:
        target.remove_extension(name)
        if (target, name) in before:
            default, method, getter, setter = before[target, name]
            kind = {"default": default, "method": method, "getter": getter, "setter": setter}
            given = {key: value for key, value in kind.items() if value is not None}
            target.set_extension(name, **(given or {"default": None}))
