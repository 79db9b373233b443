"""De-identification: what becomes of identifiers that `clinical_deid` found."""

from .deidentify import Change, Deidentified, deidentify
from .policy import Policy
from .surrogates import Surrogates

__all__ = ["Change", "Deidentified", "Policy", "Surrogates", "deidentify"]
