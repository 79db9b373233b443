"""A page on which a person pastes a note, and sees it as `render` shows it."""

from .html_page import render_page, script_source

EXAMPLE = (
    "Ms. Vale, 58, was given aspirin for chest pain. No fever. Her mother had type 2 diabetes.\n"
    "Started metformin 500 mg twice daily."
)


def render_paste_page(*, model: str, tokens: bool) -> tuple[str, str]:
    """Write the page of a service.

    model (str): The pipeline's name and version.
    tokens (bool): Whether the service wants a token.
    RETURNS (tuple[str, str]): HTML, and its content security policy: it talks to the service that
        it comes from, runs its own script and that of the note's page inside, and nothing else.
    """
    scripts = " ".join(map(script_source, ("paste", "notes")))
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {scripts}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    title = f"{model or 'Pipeline'}: annotate a note"
    page = render_page("paste.html", title=title, policy=policy, tokens=tokens, example=EXAMPLE)
    return page, f"{policy}; frame-ancestors 'none'"
