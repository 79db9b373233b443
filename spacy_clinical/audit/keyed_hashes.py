"""Keyed hashes: notes can be found again by whoever holds the site's key, and by nobody else.

A plain hash of a short note, or of a record number, can be guessed by trying.
"""

import errno
import os
import secrets
from base64 import urlsafe_b64encode
from hashlib import blake2b
from pathlib import Path

from ..errors import AuditError, Errors
from ..files import append

SIZE = 16  # bytes of a hash: 128 bits
DIGITS = 22  # letters that they take
MIN_KEY, MAX_KEY = 16, 4096


def encode(digest: bytes) -> str:
    """RETURNS (str): A digest in letters, digits, "-" and "_" (RFC 4648, section 5, no padding)."""
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


class AuditKey:
    """A site's key. Hashes are keyed BLAKE2b (RFC 7693), another for each kind of thing.

    secret (bytes): 16 bytes at least.
    file (Path | None): Where it was read.
    """

    def __init__(self, secret: bytes, file: Path | None = None):
        self._secret = blake2b(secret).digest()
        self.file = file

    def __repr__(self) -> str:
        return f"AuditKey({self.name})"

    @property
    def name(self) -> str:
        """RETURNS (str): Tells keys apart, and says nothing of them."""
        return self._hash(b"", b"key")[:8]

    def note_id(self, id: str) -> str:
        """RETURNS (str): What stands for a note's id."""
        return self._hash(id.encode("utf-8", "surrogatepass"), b"id")

    def text(self, text: str) -> str:
        """RETURNS (str): What stands for a note's text."""
        return self._hash(text.encode("utf-8", "surrogatepass"), b"text")

    def result(self, digest: bytes) -> str:
        """RETURNS (str): What stands for what was found in a note."""
        return self._hash(digest, b"result")

    def seal(self, data: bytes) -> str:
        """RETURNS (str): What only a holder of the key can write under some bytes."""
        return self._hash(data, b"seal")

    def has_sealed(self, data: bytes, seal: str) -> bool:
        """RETURNS (bool): Whether a holder of the key wrote this under some bytes."""
        return secrets.compare_digest(self.seal(data).encode(), seal.encode())

    def _hash(self, data: bytes, kind: bytes) -> str:
        return encode(blake2b(data, digest_size=SIZE, key=self._secret, person=kind).digest())


def read_key(path: str | Path) -> AuditKey:
    """Read a key.

    path (str | Path): A file of 16 bytes at least, of any kind; white space around them is none of
        the key.
    RETURNS (AuditKey): The key. Raises AuditError where there is none.
    """
    try:
        with Path(path).open("rb") as file:
            secret = file.read(MAX_KEY + 1).strip()
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise AuditError(Errors.SC941.format(path=path, found=found)) from None
    if not MIN_KEY <= len(secret) <= MAX_KEY:
        found = f"{len(secret)} bytes, where {MIN_KEY} to {MAX_KEY} are wanted"
        raise AuditError(Errors.SC941.format(path=path, found=found))
    return AuditKey(secret, Path(path).absolute())


def write_key(path: str | Path) -> AuditKey:
    """Make a key of 256 random bits.

    path (str | Path): A new file, to be read by its owner only.
    RETURNS (AuditKey): The key. Raises AuditError where there is a file already, FileError
        where none can be.
    """
    secret = secrets.token_hex(32).encode()
    if os.path.lexists(path):
        raise AuditError(Errors.SC941.format(path=path, found=os.strerror(errno.EEXIST)))
    append(Path(path), secret + b"\n", new=True)
    return AuditKey(secret, Path(path).absolute())
