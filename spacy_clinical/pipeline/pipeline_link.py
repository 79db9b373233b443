"""What a component knows of the pipeline that it is in."""

import weakref
from typing import Any

from spacy.language import Language


class PipelineLink:
    """A component's weak reference to its pipeline. A pickle makes it strong: a worker process has
    nothing else that would keep the pipeline alive.

    nlp (Language | None): The pipeline.
    strong (bool): Keep it alive.
    """

    def __init__(self, nlp: Language | None, strong: bool = False):
        self._kept = nlp if strong else None
        self._weak = None if nlp is None else weakref.ref(nlp)

    def get(self) -> Language | None:
        """RETURNS (Language | None): The pipeline, None if it is gone."""
        return None if self._weak is None else self._weak()

    def __reduce__(self) -> tuple[Any, ...]:
        return PipelineLink, (self.get(), True)

    def __deepcopy__(self, memo: dict[int, Any]) -> "PipelineLink":
        return PipelineLink(self.get())
