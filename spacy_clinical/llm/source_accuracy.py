"""How far each annotator can be trusted, label by label: the observers' error rates of Dawid and
Skene (1979), "Maximum likelihood estimation of observer error-rates", for yes and no.

An item is anything that one of the sources states: a mention with its label, a relation. Of each
source we learn two rates: how often it states what is true, and how often it states what somebody
else stated and isn't. They come from notes whose truth is known. What nobody states is no item, so
that rounds of expectation and maximisation over unknown notes drift towards the source that states
most: they are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy

Array = numpy.ndarray[Any, Any]


class Votes(NamedTuple):
    """Items of one label, and who states them.

    stated (Array): Booleans, shape (n_items, n_sources).
    known (Array): 1.0 and 0.0 where gold annotation tells whether it's true, else NaN, shape
        (n_items,).
    """

    stated: Array
    known: Array


@dataclass(frozen=True)
class Accuracy:
    """What was learned of one label.

    true (Array): Of each source the share of the true items that it states, shape (n_sources,).
    false (Array): Of each source the share of the false items that it states.
    prior (float): The share of the items that are true.
    """

    true: Array
    false: Array
    prior: float

    def posterior(self, stated: Array) -> Array:
        """RETURNS (Array): The probability that each item is true, shape (n_items,)."""
        yes = numpy.log(self.true / self.false)
        no = numpy.log((1 - self.true) / (1 - self.false))
        odds = numpy.log(self.prior / (1 - self.prior)) + numpy.where(stated, yes, no).sum(axis=1)
        return 1 / (1 + numpy.exp(-odds))


def learn_accuracy(votes: Votes, strength: float = 2.0) -> Accuracy:
    """Learn the rates from the items whose truth is known; where there are none, from how many
    sources state each.

    votes (Votes): Items of one label.
    strength (float): Items' worth of belief that a source states three quarters of what is true
        and a quarter of what isn't, before anything is seen.
    RETURNS (Accuracy): All rates above 0 and below 1.
    """
    told = ~numpy.isnan(votes.known)
    stated = votes.stated[told] if told.any() else votes.stated
    belief = votes.known[told] if told.any() else votes.stated.mean(axis=1)
    yes, no = belief.sum(), (1 - belief).sum()
    true = (belief @ stated + 0.75 * strength) / (yes + strength)
    false = ((1 - belief) @ stated + 0.25 * strength) / (no + strength)
    return Accuracy(true, false, float((yes + 1) / (yes + no + 2)))


def learn_all(votes: Mapping[str, Votes], strength: float = 2.0) -> dict[str, Accuracy]:
    """RETURNS (dict[str, Accuracy]): What was learned of each label."""
    return {label: learn_accuracy(own, strength) for label, own in votes.items()}


def describe(
    found: Mapping[str, Accuracy], names: Sequence[str]
) -> dict[str, dict[str, tuple[float, float]]]:
    """RETURNS (dict): Label to source to its two rates: of true and of false items."""
    return {
        label: {
            name: (float(accuracy.true[i]), float(accuracy.false[i]))
            for i, name in enumerate(names)
        }
        for label, accuracy in found.items()
    }
