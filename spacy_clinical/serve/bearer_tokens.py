"""Bearer tokens: a file of their hashes, compared in constant time."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..errors import Errors, ServeError
from ..files import append

ROLES = ("user", "admin")
_LINE = re.compile(
    r"(?P<name>[\w.@-]{1,64})\s+(?P<role>user|admin)\s+sha256:(?P<digest>[0-9a-f]{64})"
)


class Token(NamedTuple):
    """A token that is known.

    name (str): Whose it is: stands in logs.
    role (str): "user", or "admin", who may load the pipeline again.
    digest (str): SHA-256 in hexadecimal digits.
    """

    name: str
    role: str
    digest: str


class Tokens:
    """The tokens of a file.

    path (Path): Lines of name, role and "sha256:DIGEST"; "#" begins a comment.
    """

    def __init__(self, path: Path):
        self.path = path
        self.known: list[Token] = []
        self.read()

    def read(self) -> None:
        """Read the file again. Raises ServeError for a line that is none, or a file that can't be
        read by whom the service runs as."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
            found, expected = f"can't be read ({reason})", "a file that this user may read"
            message = Errors.SC939.format(path=self.path, found=found, expected=expected)
            raise ServeError(message) from None
        known = []
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                found = _LINE.fullmatch(line.strip())
                if found is None:
                    raise ServeError(Errors.SC922.format(path=self.path, line=number))
                known.append(Token(found["name"], found["role"], found["digest"]))
        self.known = known

    def find(self, header: str) -> Token | None:
        """Find whose token a header has, in a time that tells nothing of those that are known.

        header (str): The header `Authorization`.
        RETURNS (Token | None): The token's line, None if there is none.
        """
        scheme, _, given = header.partition(" ")
        digest = _digest(given.strip())
        matches = [token for token in self.known if hmac.compare_digest(token.digest, digest)]
        return matches[0] if matches and scheme.lower() == "bearer" else None


def make_token(path: Path, name: str, role: str = "user") -> str:
    """Make a token and add its hash to a file.

    path (Path): The file, which is made if it isn't there, readable to its owner only.
    name (str): Whose it is.
    role (str): One of ROLES.
    RETURNS (str): The token: 256 random bits, which stand nowhere else. Raises ServeError for
        another name, FileError for a file that can't be written.
    """
    token = secrets.token_urlsafe(32)
    line = f"{name} {role} sha256:{_digest(token)}"
    if not _LINE.fullmatch(line):
        found, expected = "named so", "letters, digits and . _ @ -, and a role of user or admin"
        raise ServeError(
            Errors.SC920.format(where=path, key="a token", found=found, expected=expected)
        )
    append(path, f"{line}\n".encode())
    return token


def check_address(host: str, *, tokens: bool, tls: bool, behind_proxy: bool) -> None:
    """Refuse an address that others can reach without token and TLS. Raises ServeError.

    host (str): What is listened on.
    tokens (bool): Whether there are tokens.
    tls (bool): Whether there is a certificate.
    behind_proxy (bool): Whether a proxy ends TLS before it.
    """
    if is_local(host):
        return
    missing = [] if tokens else ["there are no tokens"]
    missing += [] if tls or behind_proxy else ["nothing is encrypted"]
    if missing:
        raise ServeError(Errors.SC921.format(host=host, missing=" and ".join(missing)))


@lru_cache(maxsize=64)  # each request asks
def is_local(host: str) -> bool:
    """RETURNS (bool): Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
