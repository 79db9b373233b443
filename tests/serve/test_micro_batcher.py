"""The queue: bounds, cuts, order, cancelled notes, records, and pipelines that change."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from spacy_clinical.batch.worker_pool import Take
from spacy_clinical.note import Note
from spacy_clinical.serve.metrics import Metrics
from spacy_clinical.serve.micro_batcher import Answer, Asked, Batcher, PerModel
from spacy_clinical.serve.refusals import Refusal
from spacy_clinical.serve.served_model import ServedModel, take_row
from spacy_clinical.serve.service_events import Event
from spacy_clinical.serve.service_settings import ServeSettings

WORD = "fever "
ASKED = Asked("annotate", "ward7", "r1")


@pytest.fixture(scope="module")
def served() -> ServedModel:
    return ServedModel(spacy.blank("en"))


def play(
    served: ServedModel,
    steps: Callable[[Batcher], Awaitable[Any]],
    record: Any = None,
    **bounds: Any,
) -> tuple[Any, list[list[str]]]:
    """Run steps with a batcher; also the ids of each batch. Steps put notes in before it starts."""
    batches: list[list[str]] = []

    async def run() -> Any:
        settings = ServeSettings(**{"max_wait": 0.0, **bounds})
        batcher = Batcher(served, settings, Metrics(), record)
        batcher._loop = asyncio.get_running_loop()
        inner = batcher._annotate

        def noted(model: ServedModel, jobs: Any) -> Any:
            batches.append([job.note.id for job in jobs])
            return inner(model, jobs)

        batcher._annotate = noted  # type: ignore[method-assign]
        try:
            return await steps(batcher)
        finally:
            await batcher.stop()

    return asyncio.run(run()), batches


def put(batcher: Batcher, id: str, words: int = 1, **more: Any) -> "asyncio.Future[Answer]":
    return batcher.submit(Note(id, WORD * words), take_row, ASKED, **more)


def test_batches_are_cut_by_wordpieces(served: ServedModel) -> None:
    """The oldest note is always in; one that is too long has a batch of its own."""

    async def steps(batcher: Batcher) -> list[Answer]:
        sizes = {"a": 10, "b": 10, "c": 200, "d": 1, "e": 1, "f": 1, "g": 1}
        futures = [put(batcher, id, words) for id, words in sizes.items()]
        batcher.start()
        return await asyncio.gather(*futures)

    answers, batches = play(served, steps, max_wordpieces=40, max_notes=3)
    assert batches == [["a", "b"], ["c"], ["d", "e", "f"], ["g"]]
    assert [answer.result.id for answer in answers] == [*"abcdefg"]
    assert all(served.count_pieces(WORD * n) == len(WORD * n) // 4 + 1 for n in (1, 10, 200))


def test_bounds(served: ServedModel) -> None:
    async def steps(batcher: Batcher) -> None:
        first = put(batcher, "a")
        put(batcher, "b")
        with pytest.raises(Refusal, match="SC927") as caught:
            put(batcher, "c")
        assert (caught.value.status, caught.value.retry_after) == (429, 1)
        batcher.submit(Note("d", "x"), take_row, Asked("annotate", "other"))
        with pytest.raises(Refusal, match="SC926") as caught:
            batcher.submit(Note("e", "x"), take_row, Asked("annotate", "third"))
        assert caught.value.status == 503
        put(batcher, "ready", first=True)
        batcher.start()
        await first

    _, batches = play(served, steps, max_queue=3, max_share=2)
    assert batches == [["ready", "a", "b", "d"]]


def test_a_cancelled_note_leaves(served: ServedModel) -> None:
    async def steps(batcher: Batcher) -> None:
        put(batcher, "a").cancel()
        other = put(batcher, "b")
        await asyncio.sleep(0)
        assert batcher.waiting == 1
        batcher.start()
        await other

    assert play(served, steps)[1] == [["b"]]


def test_a_note_that_leaves_an_idle_worker_ends_nothing(served: ServedModel) -> None:
    """Its client goes while the worker waits for company: the next note is answered."""
    resting, idle, over = threading.Event(), threading.Event(), threading.Event()

    async def steps(batcher: Batcher) -> Answer:
        wait_for = batcher._changed.wait_for

        def noted(ready: Callable[[], Any], timeout: float | None = None) -> Any:
            if timeout is None:
                resting.set()
            elif timeout and not idle.is_set():  # it ends when the note is gone
                idle.set()
                wait_for(lambda: not batcher._jobs, 10)
                over.set()
                return False
            return wait_for(ready, timeout)

        batcher._changed.wait_for = noted  # type: ignore[method-assign]
        both = [put(batcher, id) for id in "ab"]
        batcher.start()
        await asyncio.gather(*both)
        assert await asyncio.to_thread(resting.wait, 10)
        gone = put(batcher, "c")
        assert await asyncio.to_thread(idle.wait, 10)
        gone.cancel()
        await asyncio.sleep(0)
        with batcher._changed:
            batcher._changed.notify_all()
        assert await asyncio.to_thread(over.wait, 10)
        return await asyncio.wait_for(put(batcher, "d"), 10)

    answer, batches = play(served, steps, max_wait=0.01)
    assert answer.result.id == "d"
    assert batches == [["a", "b"], ["d"]]


def take_time(doc: Doc) -> bytes:
    time.sleep(0.05)
    return take_row(doc)


def test_clients_do_not_fall_into_two_companies(served: ServedModel) -> None:
    """Who was just answered is back in a moment: the worker waits for that, though others wait."""

    async def client(batcher: Batcher, name: str) -> None:
        for _ in range(4):
            await batcher.submit(Note(name, WORD), take_time, ASKED)

    async def steps(batcher: Batcher) -> None:
        first = asyncio.create_task(client(batcher, "a"))
        await asyncio.sleep(0)
        batcher.start()
        while batcher.waiting:  # the first one's note is alone in its batch
            await asyncio.sleep(0.001)
        await asyncio.gather(first, *(client(batcher, name) for name in "bcde"))

    _, batches = play(served, steps, max_wait=0.05)
    assert batches[0] == ["a"]
    assert sorted(batches[1]) == sorted(batches[2]) == [*"abcde"]


def test_nobody_waits_long_for_company_that_does_not_come(served: ServedModel) -> None:
    """A quarter of the last batch's time at most, whatever the setting says."""

    async def steps(batcher: Batcher) -> float:
        both = [batcher.submit(Note(name, WORD), take_time, ASKED) for name in "ab"]
        batcher.start()
        await asyncio.gather(*both)
        began = time.monotonic()
        await put(batcher, "c")
        return time.monotonic() - began

    assert play(served, steps, max_wait=60.0)[0] < 5


def test_what_waits_at_the_end_is_finished(served: ServedModel) -> None:
    async def steps(batcher: Batcher) -> list[Answer]:
        futures = [put(batcher, str(i)) for i in range(9)]
        batcher.start()
        await batcher.stop()
        return await asyncio.gather(*futures)

    answers, batches = play(served, steps, max_notes=2)
    assert all(answer.result.doc for answer in answers)
    assert sum(map(len, batches)) == 9


def test_each_note_is_recorded_before_its_answer(served: ServedModel) -> None:
    events: list[Event] = []

    async def steps(batcher: Batcher) -> Answer:
        batcher.start()
        return await put(batcher, "a", 2)

    answer, _ = play(served, steps, events.extend)
    (event,) = events
    assert (event.kind, event.actor, event.request) == ("annotate", "ward7", "r1")
    assert (event.note.text, event.answer, event.code) == (WORD * 2, answer.result.doc, "")
    assert event.model == served.facts
    assert event.facts is not None
    assert event.facts.tokens == 2


def test_no_answer_without_a_record(served: ServedModel) -> None:
    def full(events: Sequence[Event]) -> None:
        raise OSError("no space left for Zebediah")

    async def steps(batcher: Batcher) -> Answer:
        batcher.start()
        return await put(batcher, "a")

    answer, _ = play(served, steps, full)
    assert (answer.result.doc, answer.result.code) == (None, "SC936")
    assert "Zebediah" not in answer.result.error


def test_another_pipeline_from_the_next_batch_on(served: ServedModel, tmp_path: Path) -> None:
    other = ServedModel(spacy.blank("en", meta={"version": "0.0.1"}))

    async def steps(batcher: Batcher) -> list[Answer]:
        batcher.start()
        first = await put(batcher, "a")
        batcher.model = other
        return [first, await put(batcher, "b")]

    answers, _ = play(served, steps)
    assert [answer.model for answer in answers] == [served.facts, other.facts]
    assert served.facts.hash != other.facts.hash


def test_a_defect_is_an_answer(served: ServedModel) -> None:
    """A pipeline that can't even begin kills neither the thread nor the requests."""

    class Broken:
        facts = served.facts
        count_pieces = staticmethod(len)
        nlp = None

    async def steps(batcher: Batcher) -> Answer:
        batcher.model = Broken()  # type: ignore[assignment]
        batcher.start()
        await put(batcher, "a")
        return await put(batcher, "b")

    answer, _ = play(served, steps)
    assert answer.result.code == "SC933"


def test_what_is_made_knows_the_pipeline_of_its_batch(served: ServedModel) -> None:
    """Another one takes the place of the one that there was when the note came."""
    other = ServedModel(spacy.blank("en"))
    other.facts = other.facts._replace(name="other")

    def take_of(model: ServedModel) -> Take:
        return lambda doc: model.facts.name.encode()

    async def steps(batcher: Batcher) -> Answer:
        future = batcher.submit(Note("a", WORD), PerModel(take_of), ASKED)
        batcher.model = other
        batcher.start()
        return await future

    answer, _ = play(served, steps)
    assert (answer.result.doc, answer.model.name) == (b"other", "other")
