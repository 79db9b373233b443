"""What a pipeline's config names: functions, factories, languages and paths, and whose they are.

Nothing of a package that isn't trusted is imported to find out: entry points are read from what is
installed, and the registries' own functions tell their module.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import catalogue
from spacy.pipeline.factories import register_factories
from spacy.util import registry, walk_dict
from thinc.api import Config

from ..errors import Errors, PackageError

TRUSTED = frozenset(
    {
        "confection",
        "spacy",
        "spacy_clinical",
        "spacy_legacy",
        "spacy_loggers",
        "spacy_lookups_data",
        "spacy_transformers",
        "thinc",
    }
)
MACHINE_PATH = re.compile(r"^(/.|[A-Za-z]:[\\/]|~/|\\\\)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
LOADED = ("nlp", "components")  # the sections that spaCy reads at load


class Named(NamedTuple):
    """A function that a config names.

    key (str): Where, such as "components.clinical_ner.model.@architectures".
    name (str): As registered.
    package (str | None): Whose it is, None where there is none.
    """

    key: str
    name: str
    package: str | None


def read_config(folder: Path, only: Collection[str] | None = None) -> Config:
    """Read a pipeline's config without building anything.

    folder (Path): The pipeline's.
    only (Collection[str] | None): Components that are to be loaded, None for all.
    RETURNS (Config): Variables filled in, other components left out. Raises PackageError where it
        can't be read, or has no such component.
    """
    path = folder / "config.cfg"
    try:
        config = Config().from_disk(path, interpolate=True)
        components, pipeline = config.get("components", {}), config["nlp"]["pipeline"]
        missing = [name for name in (only or ()) if name not in pipeline]
        kept = {name: x for name, x in components.items() if only is None or name in only}
    except Exception as error:  # confection has its own, configparser and JSON theirs
        kind = type(error).__name__
        raise PackageError(Errors.SC811.format(file=path.name, kind=kind)) from error
    if missing:
        known = ", ".join(map(str, pipeline))
        raise PackageError(Errors.SC812.format(name=missing[0], known=known))
    config["components"] = kept
    return config


def named_functions(config: Config) -> Iterator[Named]:
    """List the functions, factories, sources and the language that a config names.

    config (Config): As `read_config` gives it.
    YIELDS (Named): Each of them.
    """
    lang = config["nlp"].get("lang")
    yield Named("nlp.lang", str(lang), _language_package(str(lang)))
    for name, component in config["components"].items():
        factory = component.get("factory") if isinstance(component, dict) else None
        package = _factory_package(str(factory), str(lang)) if factory else None
        yield Named(f"components.{name}.factory", str(factory), package)
    for path, value in walk_dict(config):
        if path[-1].startswith("@"):
            package = _function_package(path[-1][1:], str(value))
            yield Named(".".join(path), str(value), package)


def outside_paths(config: Config) -> Iterator[str]:
    """YIELDS (str): The keys of what is read at load whose values are paths out of the folder."""
    for path, value in walk_dict({name: config.get(name, {}) for name in LOADED}):
        if isinstance(value, str) and leads_outside(value):
            yield ".".join(path)


def leads_outside(value: str) -> bool:
    """RETURNS (bool): Whether a text looks like a path of a machine, or one that climbs up."""
    return bool(MACHINE_PATH.match(value)) or ".." in PurePosixPath(value.replace("\\", "/")).parts


@cache
def _populate() -> None:
    """Import trusted packages' factories, as registries of their own come with them."""
    registry.ensure_populated()
    register_factories()  # spaCy's own, which else come with the first pipeline
    for point in entry_points(group="spacy_factories"):
        if point.module.split(".")[0] in TRUSTED:
            point.load()


def _language_package(lang: str) -> str | None:
    return _installed("spacy_languages", lang) or ("spacy" if _LANGUAGE.fullmatch(lang) else None)


def _factory_package(name: str, lang: str) -> str | None:
    _populate()
    inside = ("spacy", "internal_factories")
    return (
        _installed("spacy_factories", name)
        or _registered(*inside, f"{lang}.{name}")
        or _registered(*inside, name)
    )


def _function_package(kind: str, name: str) -> str | None:
    _populate()
    functions = getattr(registry, kind, None)
    if not isinstance(functions, catalogue.Registry):
        return None
    for known in (name, name.replace("spacy.", "spacy-legacy.", 1)):
        found = _installed(functions.entry_point_namespace, known)
        found = found or _registered(*functions.namespace, known)
        if found is not None:
            return found
    return None


def _installed(group: str, name: str) -> str | None:
    """The package of an entry point, which spaCy takes before anything registered."""
    found = [point.module.split(".")[0] for point in entry_points(group=group, name=name)]
    untrusted = [package for package in found if package not in TRUSTED]
    return next(iter(untrusted or found), None)


def _registered(*place: str) -> str | None:
    """The package of a function that is registered already."""
    if not catalogue.check_exists(*place):
        return None
    return _package_of(catalogue.REGISTRY[place])


def _package_of(function: Any) -> str | None:
    """A function's package; of a component's, which spaCy wraps, that of what is inside."""
    if getattr(function, "__module__", None) == "spacy.language":
        cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
        inner = [x for x in cells if callable(x) and getattr(x, "__module__", None)]
        function = inner[0] if inner else function
    module = getattr(function, "__module__", None)
    return module.split(".")[0] if isinstance(module, str) else None


def machine_paths(config: Path) -> list[str]:
    """List what in a config looks like a path of one machine.

    config (Path): The file.
    RETURNS (list[str]): Keys, such as "components.x.path".
    """
    found = []
    values = Config().from_disk(config, interpolate=False)
    for path, value in walk_dict(values):
        if isinstance(value, str) and MACHINE_PATH.match(value):
            found.append(".".join(path))
    return found
