"""A pipeline as a service, and a client for it. Names resolve on first use: a client needs no
FastAPI, and nothing of spaCy is loaded for it."""

from importlib import import_module
from typing import Any

_PLACES = {
    "Client": "client",
    "Event": "service_events",
    "ServeSettings": "service_settings",
    "create_app": "app",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    """Import what a name stands for."""
    if name not in _PLACES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
