"""Whether a service is ready: asked by anybody, at the price of one note."""

import asyncio
from typing import Any

import spacy

from spacy_clinical.errors import Errors, ServeError
from spacy_clinical.serve import create_app
from spacy_clinical.serve.refusals import Refusal
from spacy_clinical.serve.service import Service


def ask(times: int, fails: bool) -> tuple[list[Any], int]:
    """What so many are told who ask at once, and again; and how many golden notes were run."""
    app = create_app(spacy.blank("en"))
    service: Service = app.state.service
    submit, runs = service.batcher.submit, 0

    def counted(*args: Any, **more: Any) -> Any:
        nonlocal runs
        runs += 1
        return submit(*args, **more)

    def compare(*_: Any) -> None:
        if fails:
            raise ServeError(Errors.SC931.format(found="2 mentions"))

    service.batcher.submit = counted  # type: ignore[method-assign]
    service.model.compare = compare  # type: ignore[method-assign]

    async def steps() -> list[Any]:
        async with app.router.lifespan_context(app):
            asked = (service.check_ready() for _ in range(times))
            told = await asyncio.gather(*asked, return_exceptions=True)
            return told + await asyncio.gather(service.check_ready(), return_exceptions=True)

    return asyncio.run(steps()), runs


def test_many_who_ask_cost_one_note() -> None:
    assert ask(50, fails=False) == ([None] * 51, 1)


def test_a_failure_is_kept_for_a_moment() -> None:
    told, runs = ask(50, fails=True)
    assert runs == 1
    for error in told:
        assert isinstance(error, Refusal)
        assert (error.status, error.code, error.retry_after) == (503, "SC931", 1)


def test_an_answer_about_another_pipeline_is_not_kept() -> None:
    """The pipeline changes while the golden sentence of the old one is annotated."""
    app = create_app(spacy.blank("en"))
    service: Service = app.state.service
    check, runs = service._check_golden, []

    async def changed(model: Any) -> Refusal | None:
        runs.append(model)
        outcome = await check(model)
        if len(runs) == 1:
            service.batcher.model = create_app(spacy.blank("en")).state.service.model
        return outcome

    service._check_golden = changed  # type: ignore[method-assign]

    async def steps() -> None:
        async with app.router.lifespan_context(app):
            for _ in range(3):
                await service.check_ready()

    asyncio.run(steps())
    assert len(runs) == 2 and runs[1] is service.model
