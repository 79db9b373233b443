"""What the service is measured beside (serve.py): `python serve_baseline.py MODEL PORT [threads]`.

One call of the pipeline for each request, one after another; with `threads` as medcat-service
does it (its `routers/process.py`, read in November 2026): a plain function behind FastAPI, which
calls it in as many threads as there are requests (40 at most), bodies to models and rows to JSON
by pydantic, an access log.
"""

import json
import sys
import threading
from typing import Any

import spacy
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from spacy_clinical.docs import name_doc, to_record
from spacy_clinical.formats.jsonl import to_line

nlp = spacy.load(sys.argv[1])
app, lock = FastAPI(), threading.Lock()
threads = sys.argv[3:] == ["threads"]


class Note(BaseModel):
    id: str
    text: str


class Answer(BaseModel):
    id: str
    text: str
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    attributes: list[dict[str, Any]] = []


def work(id: str, text: str) -> bytes:
    doc = nlp(text)
    name_doc(doc, id, {})
    return to_line(to_record(doc))


def work_alone(row: dict[str, str]) -> bytes:
    with lock, nlp.memory_zone():
        return work(row["id"], row["text"])


if threads:

    @app.post("/annotate")
    def annotate_in_threads(note: Note) -> Answer:
        return Answer(**json.loads(work(note.id, note.text)))

else:

    @app.post("/annotate")
    async def annotate(request: Request) -> Response:
        return Response(await run_in_threadpool(work_alone, json.loads(await request.body())))


@app.get("/readyz")
def ready() -> dict[str, str]:
    return {}


uvicorn.run(app, port=int(sys.argv[2]), log_level="info" if threads else "critical")
