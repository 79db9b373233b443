"""`verify`: a packaged pipeline's files are those that were packaged, and hold no code."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..packaging.verification import verification_results, verify
from .util import app, print_results


@app.command("verify")
def verify_cli(
    model: str = Arg(..., help="Installed pipeline or its folder; nothing of it is run"),
    manifest: Path | None = Opt(None, help="A MANIFEST.json kept elsewhere, in place of its own"),
    allow: list[str] = Opt([], help="Package whose functions its config may name; repeatable"),
    public_key: Path | None = Opt(None, help="PEM: the manifest must have its signature (Ed25519)"),
) -> None:
    """Compare every file with the manifest that `package` wrote; look for pickle, for sizes that
    are only claimed, and for functions and paths in the config that aren't allowed. Exit 1 if
    anything is wrong."""
    found = verify(model, manifest=manifest, allow=allow, public_key=public_key)
    print_results(verification_results(found))
