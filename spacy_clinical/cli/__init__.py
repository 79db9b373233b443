"""`python -m spacy clinical COMMAND`, found by spaCy through the `spacy_cli` entry point."""

from spacy.cli._util import app as spacy_app

from .annotate import annotate_cli
from .ask import ask_cli
from .audit import audit_app
from .calibrate import calibrate_cli
from .card import card_app
from .convert import convert_cli
from .deidentify import deid_check_cli, deid_evaluate_cli, deidentify_cli
from .doctor import doctor_cli
from .drift import drift_cli, reference_cli
from .eligibility import eligibility_cli
from .evaluate import evaluate_cli
from .evidence import evidence_cli
from .explain import explain_cli
from .export import export_cli
from .findings import findings_cli
from .graph import graph_app
from .init_config import init_config_cli
from .inspect import inspect_cli
from .kb import kb_app
from .lint_context import lint_context_cli
from .package import package_cli
from .pretrain import pretrain_cli
from .regress import regress_cli
from .render import render_cli
from .rules import rules_app
from .serve import serve_cli, serve_token_cli
from .show import show_cli
from .signals import signals_cli
from .silver import review_cli, silver_cli
from .terms import terms_app
from .timeline import timeline_cli
from .train import train_cli
from .tune import tune_cli
from .util import Commands
from .verify import verify_cli

app = Commands("clinical", "Clinical corpora, models and notes.")
app.command("init-config")(init_config_cli)
app.command("convert")(convert_cli)
app.command("inspect")(inspect_cli)
app.command("evaluate")(evaluate_cli)
app.command("annotate")(annotate_cli)
app.command("export")(export_cli)
app.command("deidentify")(deidentify_cli)
app.command("deid-evaluate")(deid_evaluate_cli)
app.command("deid-check")(deid_check_cli)
app.command("package")(package_cli)
app.command("verify")(verify_cli)
app.command("findings")(findings_cli)
app.command("signals")(signals_cli)
app.command("evidence")(evidence_cli)
app.command("calibrate")(calibrate_cli)
app.command("tune")(tune_cli)
app.command("doctor")(doctor_cli)
app.command("lint-context")(lint_context_cli)
app.command("drift")(drift_cli)
app.command("reference")(reference_cli)
app.command("regress")(regress_cli)
app.command("show")(show_cli)
app.command("render")(render_cli)
app.command("serve")(serve_cli)
app.command("serve-token")(serve_token_cli)
app.add_typer(graph_app)
app.add_typer(audit_app)
app.add_typer(card_app)
app.add_typer(kb_app)
app.add_typer(rules_app)
app.add_typer(terms_app)
app.command("explain")(explain_cli)
app.command("ask")(ask_cli)
app.command("timeline")(timeline_cli)
app.command("eligibility")(eligibility_cli)
app.command("silver")(silver_cli)
app.command("review")(review_cli)
app.command("pretrain")(pretrain_cli)
app.command("train", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    train_cli
)
spacy_app.add_typer(app)
# Older typers print the variables of a traceback, and the outermost app decides: notes among them.
spacy_app.pretty_exceptions_show_locals = False
