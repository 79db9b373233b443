"""A detached signature over a manifest: who packaged the files, for machines without a network.

Ed25519 (RFC 8032): 64 bytes over MANIFEST.json as it stands, in base64, in a file beside it. Keys
are PEM, as `openssl genpkey -algorithm ed25519` makes them.
"""

import base64
import binascii
from pathlib import Path
from typing import Any

from ..errors import Errors, PackageError
from ..files import new_file
from ..installed import need_extra
from .manifest import MANIFEST, SIGNATURE


def sign_manifest(folder: Path, key: str | Path) -> None:
    """Sign a folder's manifest.

    folder (Path): The pipeline's.
    key (str | Path): The private key, PEM without a password.
    """
    signature = _load(key, private=True).sign((folder / MANIFEST).read_bytes())
    with new_file(folder / SIGNATURE) as file:
        file.write(base64.b64encode(signature) + b"\n")


def check_signature(manifest: Path, signature: Path, key: str | Path) -> None:
    """Check a manifest's signature. Raises PackageError where it isn't the key's.

    manifest (Path): The manifest.
    signature (Path): The signature.
    key (str | Path): The public key, PEM.
    """
    invalid = need_extra("cryptography.exceptions", "Signatures", "sign").InvalidSignature
    public = _load(key, private=False)
    try:
        told = base64.b64decode(signature.read_bytes().strip(), validate=True)
        public.verify(told, manifest.read_bytes())
    except OSError:
        raise PackageError(Errors.SC954.format(file=signature, found="is missing")) from None
    except (invalid, binascii.Error, ValueError):
        found = "isn't that key's signature of the manifest"
        raise PackageError(Errors.SC954.format(file=signature, found=found)) from None


def check_key(key: str | Path) -> None:
    """Read a private key before the work that is signed by it. Raises PackageError where it can't
    be, CommandError without the extra `sign`.

    key (str | Path): The key, PEM.
    """
    _load(key, private=True)


def _load(path: str | Path, *, private: bool) -> Any:
    module = "cryptography.hazmat.primitives"
    serialization = need_extra(f"{module}.serialization", "Signatures", "sign")
    ed25519 = need_extra(f"{module}.asymmetric.ed25519", "Signatures", "sign")
    unsupported = need_extra("cryptography.exceptions", "Signatures", "sign").UnsupportedAlgorithm
    wanted = ed25519.Ed25519PrivateKey if private else ed25519.Ed25519PublicKey
    kind = "private" if private else "public"
    try:
        data = Path(path).read_bytes()
        key = (
            serialization.load_pem_private_key(data, password=None)
            if private
            else serialization.load_pem_public_key(data)
        )
    except (OSError, ValueError, TypeError, unsupported) as error:
        found = f"it can't be read ({type(error).__name__})"
        raise PackageError(Errors.SC955.format(path=path, kind=kind, found=found)) from None
    if not isinstance(key, wanted):
        found = "it is of another algorithm"
        raise PackageError(Errors.SC955.format(path=path, kind=kind, found=found))
    return key
