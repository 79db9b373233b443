"""`tune`: thresholds to a wanted precision or recall, in a copy of the pipeline."""

from pathlib import Path

from spacy.cli._util import Arg, Opt

from ..evaluation.threshold_tuning import tune, tuning_results
from ..training.string_pruning import check_pipeline_output
from . import options
from .util import app, lenient_reading, open_trail, print_results


@app.command("tune")
def tune_cli(
    model: options.Model,
    corpus: options.UnseenCorpus,
    output: Path = Arg(..., help="New folder for the tuned copy"),
    component: str = Opt("clinical_rel", "--component", "-c", help="Whose thresholds"),
    precision: float | None = Opt(None, help="Wanted for each label, 0 to 1"),
    recall: float | None = Opt(None, help="Wanted for each label, 0 to 1"),
    given_mentions: options.GivenMentions = False,
    force: options.ForcePipeline = False,
    audit: options.AuditFolder = None,
    actor: options.Actor = "",
    lenient: options.Lenient = False,
) -> None:
    """Choose each label's threshold in clinical_rel, clinical_ner, clinical_concept_rel,
    clinical_deid or clinical_qa: the lowest with the wanted precision, the highest with the wanted
    recall, or, if neither is given, the one with the best F1. A trained clinical_deid gets one for
    all labels. The scores shown are those of the corpus that they were chosen on."""
    with lenient_reading(lenient, output, force=force):
        check_pipeline_output(output, model, corpus, force=force)
        tuned = tune(
            model,
            corpus,
            component,
            precision=precision,
            recall=recall,
            given_mentions=given_mentions,
            output=output,
            force=force,
            audit=open_trail(audit, actor=actor),
        )
        print_results(tuning_results(tuned, output))
