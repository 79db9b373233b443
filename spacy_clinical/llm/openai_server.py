"""spacy-llm's model `spacy-clinical.OpenAICompatible.v1`: a server that speaks OpenAI's chat
completions, as llama.cpp, vLLM and Ollama do, on this machine.

Notes don't leave the machine: another host is refused unless `allow_remote` is set, no proxy of the
environment is used, and no redirection is followed. Nothing is logged.
"""

import json
import os
import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from ..errors import Errors, LanguageModelError
from .answer_folder import AnswerFolder

MAX_BYTES = 16 * 2**20  # of an answer


def make_openai_server(
    url: str,
    name: str,
    context_length: int,
    temperature: float = 0.0,
    seed: int = 0,
    longest_answer: int = 1024,
    timeout: float = 120.0,
    retries: int = 2,
    max_concurrency: int = 1,
    api_key_env: str | None = None,
    allow_remote: bool = False,
    answers: Path | None = None,
) -> "OpenAIServer":
    """Make the model function.

    url (str): Up to where /chat/completions begins, such as "http://127.0.0.1:8080/v1".
    name (str): The model's, as the server knows it.
    context_length (int): Wordpieces that the model sees, question and answer together.
    temperature (float): 0 for the likeliest answer; above 0 where several samples are wanted.
    seed (int): Of the first sample; the others count on from it.
    longest_answer (int): In wordpieces.
    timeout (float): In seconds, for one answer.
    retries (int): Further tries where the server fails.
    max_concurrency (int): Questions at once.
    api_key_env (str | None): The environment variable that holds the server's key.
    allow_remote (bool): Whether notes may be sent to another machine.
    answers (Path | None): A private folder that keeps answers, so that none is asked for twice.
    """
    settings = {
        "model": name,
        "temperature": temperature,
        "max_tokens": longest_answer,
        "stream": False,
    }
    check_host(url, allow_remote)
    key = _read_key(api_key_env) if api_key_env else None
    kept = AnswerFolder(Path(answers), f"{url} {json.dumps(settings)}") if answers else None
    return OpenAIServer(
        url, settings, context_length, seed, timeout, retries, max_concurrency, key, kept
    )


def check_host(url: str, allow_remote: bool) -> None:
    """Raise LanguageModelError where notes would leave this machine, or the url is none.

    url (str): The server's address.
    allow_remote (bool): Whether they may.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LanguageModelError(Errors.SC853.format(url=_without_secrets(url)))
    if not allow_remote and not _is_here(parts.hostname):
        raise LanguageModelError(Errors.SC850.format(host=parts.hostname))


class OpenAIServer:
    """Ask a server.

    url (str): Its address.
    settings (dict[str, Any]): Of every question.
    context_length (int): For spacy-llm, which lets the task cut notes by it.
    seed, timeout, retries, max_concurrency: As for `make_openai_server`.
    key (str | None): The server's.
    kept (AnswerFolder | None): Answers that were given before.
    """

    def __init__(
        self,
        url: str,
        settings: dict[str, Any],
        context_length: int,
        seed: int,
        timeout: float,
        retries: int,
        max_concurrency: int,
        key: str | None,
        kept: AnswerFolder | None,
    ) -> None:
        self.url, self.host = f"{url.rstrip('/')}/chat/completions", urlsplit(url).netloc
        self.settings, self.length, self.seed = settings, context_length, seed
        self.timeout, self.retries, self.kept = timeout, retries, kept
        self.max_concurrency = max_concurrency
        self.headers = {"Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self.opener = build_opener(ProxyHandler({}), _NoRedirects())

    @property
    def context_length(self) -> int:
        """RETURNS (int): Wordpieces that the model sees."""
        return self.length

    def __call__(
        self, prompts: typing.Iterable[typing.Iterable[str]]
    ) -> typing.Iterable[typing.Iterable[str]]:
        """Ask.

        prompts (Iterable[Iterable[str]]): The questions about each note; one that stands there
            several times is asked with other seeds.
        YIELDS (list[str]): The answers about each note. Raises LanguageModelError where the server
            gives none.
        """
        with ThreadPoolExecutor(self.max_concurrency) as pool:
            for questions in prompts:
                yield list(pool.map(self._ask, *zip(*self._seeded(questions), strict=True)))

    def _seeded(self, questions: Iterable[str]) -> Iterator[tuple[str, int]]:
        asked: Counter[str] = Counter()
        for question in questions:
            yield question, self.seed + asked[question]
            asked[question] += 1

    def _ask(self, question: str, seed: int) -> str:
        known = self.kept.get(question, seed) if self.kept else None
        if known is not None:
            return known
        messages = [{"role": "user", "content": question}]
        body = json.dumps({**self.settings, "seed": seed, "messages": messages}).encode()
        answer = self._read(self._post(Request(self.url, body, self.headers)))
        if self.kept:
            self.kept.put(question, seed, answer)
        return answer

    def _post(self, request: Request) -> bytes:
        what = ""
        for _ in range(1 + self.retries):
            try:
                with self.opener.open(request, timeout=self.timeout) as response:
                    return response.read(MAX_BYTES)
            except HTTPError as error:  # its body may repeat the note
                what = f"status {error.code}"
                if error.code < 500 and error.code != 429:
                    break
            except (URLError, HTTPException, OSError) as error:
                what = type(getattr(error, "reason", error)).__name__
        message = Errors.SC851.format(
            host=self.host, what=what, tries=1 + self.retries, context_length=self.length
        )
        raise LanguageModelError(message) from None

    def _read(self, body: bytes) -> str:
        try:
            answer = json.loads(body)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            what = type(error).__name__
            message = Errors.SC852.format(host=self.host, what=what)
            raise LanguageModelError(message) from None
        return answer if isinstance(answer, str) else ""


class _NoRedirects(HTTPRedirectHandler):
    """A redirection would carry a note to wherever the server says."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _is_here(host: str) -> bool:
    """Whether a host is the loopback, by its name or address alone: names aren't looked up."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read_key(name: str) -> str:
    key = os.environ.get(name)
    if not key:
        raise LanguageModelError(Errors.SC855.format(name=name))
    return key


def _without_secrets(url: str) -> str:
    return url.rpartition("@")[2]
