"""BM25 over passages: keyword search, for what the graph has no place for and as a baseline.

Okapi BM25 with k1 = 1.2 and b = 0.75, and the idf of Robertson and Zaragoza 2009 plus one within
the logarithm, so that it is never below 0.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

K1, B = 1.2, 0.75
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W_\u2e80-\u9fff\uf900-\ufaff]+")


class Bm25:
    """An index of passages.

    passages (Sequence[str]): The passages.
    """

    def __init__(self, passages: Sequence[str]):
        counts = [Counter(words_of(passage)) for passage in passages]
        self._lengths = [sum(count.values()) for count in counts]
        self._mean = sum(self._lengths) / max(len(counts), 1) or 1.0
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counts):
            for word, times in count.items():
                self._postings.setdefault(word, []).append((number, times))

    def search(self, query: str, k: int = 10) -> list[tuple[int, float]]:
        """Find passages.

        query (str): Words.
        k (int): How many, at most.
        RETURNS (list[tuple[int, float]]): Number and score of each, the best first; of equal ones
            the first. Passages without any of the words are none.
        """
        scores: dict[int, float] = {}
        for word in dict.fromkeys(words_of(query)):
            postings = self._postings.get(word, ())
            idf = math.log(1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings:
                length = self._lengths[number] / self._mean
                gain = times * (K1 + 1) / (times + K1 * (1 - B + B * length))
                scores[number] = scores.get(number, 0.0) + idf * gain
        return sorted(scores.items(), key=lambda row: (-row[1], row[0]))[:k]


def find_words(text: str) -> Iterator[re.Match[str]]:
    """YIELDS (re.Match): Words; a letter each of Chinese."""
    return _WORD.finditer(text)


def words_of(text: str) -> list[str]:
    """RETURNS (list[str]): Words in lower case; a letter each of Chinese."""
    return [match[0] for match in find_words(text.casefold())]
