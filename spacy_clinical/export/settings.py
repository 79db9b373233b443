"""What every export says of where its facts come from, and which of them it takes."""

from dataclasses import dataclass

from spacy.language import Language


@dataclass(frozen=True)
class ExportSettings:
    """Of one export.

    system (str): The pipeline's name, such as "en_clinical_sample".
    version (str): Its version.
    time (str): When the notes were annotated: ISO 8601, UTC, with seconds.
    only_asserted (bool): Leave out mentions that the note denies, doubts, supposes, or says of
        somebody else.
    """

    system: str = "spacy-clinical"
    version: str = ""
    time: str = "1970-01-01T00:00:00+00:00"
    only_asserted: bool = False

    @classmethod
    def of_pipeline(
        cls, nlp: Language, time: str, *, only_asserted: bool = False
    ) -> "ExportSettings":
        """RETURNS (ExportSettings): That name a pipeline."""
        meta = nlp.meta
        name = "_".join(part for part in (meta.get("lang"), meta.get("name")) if part)
        return cls(name, meta.get("version", ""), time, only_asserted)
