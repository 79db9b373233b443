"""Settings of `clinical_terms`: what they can be."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from ...errors import Errors, PipelineError
from ..known_settings import check_setting

LONGEST, ALL = "longest", "all"
UNION, FILL = "union", "fill"
RANGES: dict[str, tuple[float, float]] = {
    "threshold": (0, 1),
    "k": (0, float("inf")),
    "longest": (1, float("inf")),
}
logger = logging.getLogger(__name__)


def check_term_settings(name: str, cfg: Mapping[str, Any]) -> None:
    """Raise PipelineError for a setting with which no term would be found, or not as it says.

    name (str): Of the component.
    cfg (Mapping[str, Any]): Its settings.
    """
    check_setting(name, "matches", cfg["matches"], (LONGEST, ALL))
    check_setting(name, "beside", cfg["beside"], (UNION, FILL))
    for setting, (least, most) in RANGES.items():
        if not least <= cfg[setting] <= most:
            known = f"{least} to {most}" if most == 1 else f"{least} or more"
            message = Errors.SC330.format(
                name=name, setting=setting, found=cfg[setting], known=known
            )
            raise PipelineError(message)


def tell_unknown_labels(name: str, cfg: Mapping[str, Any], given: Collection[str]) -> None:
    """Log labels to find that no line of the tables gives.

    name (str): Of the component.
    cfg (Mapping[str, Any]): Its settings.
    given (Collection[str]): Labels that the tables give; "-" is none.
    """
    known = {*given, cfg["label"]} - {None, "-"}
    unknown = sorted(set(cfg["labels"] or ()) - known)
    if unknown:
        message = Errors.SC335.format(
            name=name, labels=", ".join(unknown), known=", ".join(sorted(known)) or "none"
        )
        logger.warning(message)
