"""Settings of components that are one of a few words."""

from collections.abc import Sequence

from ..errors import Errors, PipelineError


def check_setting(name: str, setting: str, found: str, known: Sequence[str]) -> None:
    """Raise PipelineError for a value that a setting can't have."""
    if found not in known:
        message = Errors.SC330.format(
            name=name, setting=setting, found=found, known=", ".join(known)
        )
        raise PipelineError(message)
