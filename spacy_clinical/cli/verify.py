"""`verify`: a packaged pipeline's files are those that were packaged, and hold no code."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..packaging.verification import verified_table, verify
from .util import print_tables


def verify_cli(
    model: str = Arg(..., help="Installed pipeline or its folder; nothing of it is run"),
    manifest: Path | None = Opt(
        None, "--manifest", help="A MANIFEST.json that was kept elsewhere, in place of its own"
    ),
    allow: list[str] = Opt(
        [], "--allow", help="Package whose functions its config may name; several times if need be"
    ),
    public_key: Path | None = Opt(
        None, "--public-key", help="PEM: the manifest must have this key's signature (Ed25519)"
    ),
) -> None:
    """
    Compare every file with the manifest that `package` wrote; look for pickle, for sizes that are
    only claimed, and for functions and paths in the config that aren't allowed. Exit 1 if anything
    is wrong.
    """
    found = verify(model, manifest=manifest, allow=allow, public_key=public_key)
    print_tables([verified_table(found)])
    signed = ", signed by the key" if found.signed else ""
    msg.good(f"{found.folder}: manifest {found.manifest}{signed}")
