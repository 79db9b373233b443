"""Where surrogates come from: a key, which gives the same everywhere, or chance and a vault."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ..errors import DeidError, Errors
from ..files import append, append_to
from ..temporary_files import telling

LEAST = 16  # bytes of a key
_SEED = 32
Seed = Callable[[str, str, str], bytes]


class Surrogates:
    """Gives a seed for each value of a patient. All else is made of it: names, dates' offsets,
    digits.

    seed (Seed): From patient, kind of value and normalised value to bytes.
    is_shared (bool): Whether other processes give the same seeds.
    """

    def __init__(self, seed: Seed, *, is_shared: bool):
        self.seed, self.is_shared = seed, is_shared

    @classmethod
    def keyed(cls, key: bytes | str | Path) -> "Surrogates":
        """Derive seeds by HMAC-BLAKE2b: the same key gives the same surrogates in each note,
        process, machine and version. What the key is made of must be secret, and random.

        key (bytes | str | Path): The key, or a file with it.
        RETURNS (Surrogates): Raises DeidError for a key of less than 16 bytes.
        """
        data = key if isinstance(key, bytes) else _read(Path(key))
        if len(data) < LEAST:
            raise DeidError(Errors.SC905.format(n=len(data), least=LEAST))
        return cls(_Keyed(data), is_shared=True)

    @classmethod
    def random(cls, vault: str | Path) -> "Surrogates":
        """Draw seeds by chance, and keep them in a vault, so that the same value gets the same
        surrogate later. Nothing of a surrogate is derived from the person. The vault holds the
        original values: it is as private as the notes.

        vault (str | Path): A file of JSON lines; made if it isn't there, readable to its owner
            only.
        RETURNS (Surrogates): For one process at a time. Raises DeidError for a file that is no
            vault.
        """
        return cls(_Vault(Path(vault)), is_shared=False)

    def number(self, patient: str, kind: str, value: str, below: int) -> int:
        """RETURNS (int): A number from 0 to below `below`, always the same for a value."""
        return int.from_bytes(self.seed(patient, kind, value)[:12], "big") % below

    def stream(self, patient: str, kind: str, value: str, n: int) -> bytes:
        """RETURNS (bytes): As many bytes as asked for, always the same for a value."""
        seed = self.seed(patient, kind, value)
        return hashlib.shake_256(seed).digest(n)


def make_surrogates(key: Path | None, vault: Path | None) -> Surrogates | None:
    """RETURNS (Surrogates | None): Derived from a key's file, or drawn by chance and kept in a
    vault; None for neither. Raises DeidError for both."""
    if key is not None and vault is not None:
        raise DeidError(Errors.SC913)
    return Surrogates.keyed(key) if key else Surrogates.random(vault) if vault else None


class _Keyed:
    def __init__(self, key: bytes):
        self._key = key

    def __call__(self, patient: str, kind: str, value: str) -> bytes:
        message = json.dumps([patient, kind, value], ensure_ascii=True).encode()
        return hmac.new(self._key, message, hashlib.blake2b).digest()[:_SEED]

    def __repr__(self) -> str:
        return "<key>"


class _Vault:
    """Seeds in a file, each written before it is used.

    path (Path): The file.
    """

    def __init__(self, path: Path):
        self._path = path
        with telling(path):
            self._seeds = dict(_whole_rows(path)) if path.exists() else {}
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(handle, "ab", buffering=0)

    def __call__(self, patient: str, kind: str, value: str) -> bytes:
        name = patient, kind, value
        if name not in self._seeds:
            seed = secrets.token_bytes(_SEED)
            row = json.dumps([*name, seed.hex()], ensure_ascii=True)
            with telling(self._path):
                append_to(self._file.fileno(), f"{row}\n".encode())
            self._seeds[name] = seed
        return self._seeds[name]


def _whole_rows(path: Path) -> list[tuple[tuple[str, str, str], bytes]]:
    """Rows of a vault. A last row that a dying process left unfinished was never used: it goes."""
    try:
        data = path.read_bytes()
        *lines, last = data.decode("utf-8").split("\n")
        whole = last.endswith("]")
        rows = [json.loads(line) for line in (*lines, *[last] * whole)]
        found = [((patient, kind, value), bytes.fromhex(x)) for patient, kind, value, x in rows]
        if not (whole or last[:1] in ("", "[")):
            raise ValueError
    except (OSError, ValueError, TypeError):
        raise DeidError(Errors.SC906.format(path=path)) from None
    if whole:
        append(path, b"\n")
    elif last:
        os.truncate(path, len(data) - len(last.encode()))
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError as error:
        raise DeidError(Errors.SC907.format(path=path, found=type(error).__name__)) from None
