"""Templates to pages: escaped text, inlined styles and scripts, nothing loaded from anywhere."""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CommandError, Errors
from ..files import new_file
from ..plurals import counted
from .palette import COLOURS, DARK, LIGHT, Theme, line, tint

if TYPE_CHECKING:
    from jinja2 import Environment, Template

PAGES = (".html", ".htm")


def render_page(template: str, **values: Any) -> str:
    """Fill a template in.

    template (str): A file in `templates`; its script and style have the same name.
    values (Any): What it shows; text is escaped.
    RETURNS (str): HTML whose content security policy allows its own script and nothing else.
    """
    name = template.removesuffix(".html")
    script = _read(f"{name}.js")
    digest = _digest(script)
    style = palette_css() + _read("base.css") + _read(f"{name}.css")
    return _template(template).render(script=script, digest=digest, style=style, **values)


def script_source(name: str) -> str:
    """RETURNS (str): How a content security policy names a template's script."""
    return f"'sha256-{_digest(_read(f'{name}.js'))}'"


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


@cache
def palette_css() -> str:
    """RETURNS (str): The colours of both themes as CSS variables; print is on white paper."""
    dark = f"@media screen and (prefers-color-scheme:dark){{{_theme_css(DARK)}}}"
    return f"{_theme_css(LIGHT)}{dark}\n"


def _theme_css(theme: Theme) -> str:
    root = f":root{{--paper:{theme.paper};--ink:{theme.ink};--quiet:{theme.quiet}}}"
    rows = [f".c{i}{{--line:{line(i, theme)};--tint:{tint(i, theme)}}}" for i in range(COLOURS)]
    return root + "".join(rows)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["counted"] = counted
    return environment


@cache
def _template(name: str) -> "Template":
    return _environment().get_template(name)


@cache
def _read(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def check_page(path: Path | None) -> None:
    """Refuse a page's name by which no browser would know it.

    path (Path | None): What is to be written, None for no page. Raises CommandError for another
        suffix than .html or .htm.
    """
    if path is not None and path.suffix.lower() not in PAGES:
        raise CommandError(Errors.SC704.format(path=path))


def write_page(page: str, path: Path) -> None:
    """Write a page, under another name first.

    page (str): HTML.
    path (Path): The file.
    """
    with new_file(path) as file:
        file.write(page.encode("utf-8"))
