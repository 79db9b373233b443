"""`serve`: a pipeline as a service; `serve-token`: who may use it."""

from dataclasses import replace
from pathlib import Path

import typer
from spacy.cli._util import Arg, Opt

from ..installed import need_extra
from ..serve.bearer_tokens import make_token
from ..serve.card_source import CardSource
from ..serve.service_settings import Start, read_settings
from .util import app, print_results


@app.command("serve")
def serve_cli(
    start: Start,
    cards: CardSource,
    config: Path | None = Opt(None, "--config", "-c", help="With a section `serve`", exists=True),
    page: bool | None = Opt(None, "--page/--no-page", help="A page at / to paste notes on"),
) -> None:
    """Serve a pipeline over HTTP: /annotate, /annotate.ndjson, /fhir/$process-note, /readyz,
    /metrics... SIGTERM ends it after all accepted notes; SIGHUP loads the pipeline again."""
    for module in ("fastapi", "uvicorn", "prometheus_client"):
        need_extra(module, "serve", "serve")
    from ..serve.server_process import serve

    start = replace(start, settings=read_settings(config, page=page), cards=cards)
    serve(start, lambda address: print_results(f"{start.model} is served at {address}"))


@app.command("serve-token")
def serve_token_cli(
    name: str = Arg(..., help="Whose token it is: stands in logs"),
    path: Path = Arg(..., help="The file of hashes, made if it isn't there"),
    admin: bool = Opt(False, "--admin", help="May load the pipeline again"),
) -> None:
    """Make a token for serve. It is printed once, and only its hash is kept."""
    token = make_token(path, name, "admin" if admin else "user")
    told = f"The hash of {name}'s token is in {path}. The token, which isn't shown again:"
    typer.echo(told, err=True)  # TOKEN=$(...) takes the token alone
    print(token)
