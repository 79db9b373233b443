"""`serve`: a pipeline as a service; `serve-token`: who may use it."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..installed import need_extra
from . import options


def serve_cli(
    model: options.Model,
    host: str = Opt("127.0.0.1", "--host", help="Address to listen on"),
    port: int = Opt(8080, "--port", "-p", help="Port, 0 for any that is free"),
    token_file: Path | None = Opt(
        None, "--token-file", "-t", help="Hashes of tokens, as serve-token writes them"
    ),
    config: Path | None = Opt(
        None, "--config", "-c", help="Settings in a section [serve]", exists=True
    ),
    golden: Path | None = Opt(
        None,
        "--golden",
        help="Notes annotated as they must be: JSON lines of annotate",
        exists=True,
    ),
    page: bool | None = Opt(None, "--page/--no-page", help="A page at / to paste notes on"),
    processes: int = Opt(1, "--processes", "-n", min=1, help="Each has a pipeline of its own"),
    certfile: Path | None = Opt(None, "--ssl-certfile", help="Certificate for TLS", exists=True),
    keyfile: Path | None = Opt(None, "--ssl-keyfile", help="Its key", exists=True),
    behind_proxy: bool = Opt(False, "--behind-proxy", help="A proxy ends TLS before it"),
    policy: str = Opt("hipaa", "--policy", help="Of /deidentify: a policy's name or table"),
    deid_key: Path | None = Opt(None, "--deid-key", help="File with the key of its surrogates"),
    graph: Path | None = Opt(None, "--graph", help="CDS Hooks: the patients' graph", exists=True),
    rules: list[Path] = Opt([], "--rules", "-r", help="Folder with rules.tsv and sets.tsv"),
    examples: bool = Opt(False, "--examples", help="The example rules, not for care"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base for the rules"),
    born: Path | None = Opt(None, "--born", help="TSV of `patient` and `born`, for rules on age"),
    audit: options.AuditFolder = None,
    key: options.AuditKey = None,
) -> None:
    """Serve a pipeline over HTTP: /annotate, /annotate.ndjson, /fhir/$process-note, /readyz,
    /metrics... SIGTERM ends it after all accepted notes; SIGHUP loads the pipeline again."""
    for module in ("fastapi", "uvicorn", "prometheus_client"):
        need_extra(module, "serve", "serve")
    if graph is None and (rules or examples):
        raise CommandError(Errors.SC930.format(what="A rule", expected="--graph with the patients"))
    from ..serve.cds_routes import CardSource
    from ..serve.server_process import Start, serve
    from ..serve.service_settings import read_settings

    start = Start(
        model,
        read_settings(config, page=page),
        host,
        port,
        token_file=token_file,
        golden=golden,
        certfile=certfile,
        keyfile=keyfile,
        behind_proxy=behind_proxy,
        policy=policy,
        deid_key=deid_key,
        cards=CardSource(graph, tuple(rules), examples, kb, born) if graph else None,
        audit=audit,
        key=key,
        processes=processes,
    )
    serve(start, lambda address: msg.good(f"{model} is served at {address}"))


def serve_token_cli(
    name: str = Arg(..., help="Whose token it is: stands in logs"),
    path: Path = Arg(..., help="The file of hashes, made if it isn't there"),
    admin: bool = Opt(False, "--admin", help="May load the pipeline again"),
) -> None:
    """Make a token for serve. It is printed once, and only its hash is kept."""
    from ..serve.bearer_tokens import make_token

    token = make_token(path, name, "admin" if admin else "user")
    msg.good(f"The hash of {name}'s token is in {path}. The token, which isn't shown again:")
    print(token)
