"""Answers that were given before, in a folder that only its owner can read.

An answer is named by a hash of model, question and seed: another model, schema, note or example is
asked anew. Nothing of a note stands in a name; answers hold quotes, so the folder is private.
"""

import json
from hashlib import blake2b
from pathlib import Path

from ..errors import Errors, LanguageModelError
from ..files import new_file


class AnswerFolder:
    """Keep answers.

    path (Path): The folder; made if it isn't there. Raises LanguageModelError where others may
        read it.
    model (str): What answers: server and name.
    """

    def __init__(self, path: Path, model: str) -> None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o077:
            raise LanguageModelError(Errors.SC854.format(path=path))
        self.path, self.model = path, model

    def get(self, question: str, seed: int) -> str | None:
        """RETURNS (str | None): The answer, None if it wasn't given before."""
        path = self._place(question, seed)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def put(self, question: str, seed: int, answer: str) -> None:
        with new_file(self._place(question, seed)) as file:
            file.write(json.dumps(answer).encode("ascii"))

    def _place(self, question: str, seed: int) -> Path:
        digest = blake2b(digest_size=20)
        for part in (self.model, str(seed), question):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return self.path / f"{digest.hexdigest()}.json"
