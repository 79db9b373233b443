"""One call of the pipeline for each request: what the service is measured beside (serve.py)."""

import json
import sys
import threading

import spacy
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response

from spacy_clinical.docs import name_doc, to_record
from spacy_clinical.formats.jsonl import to_line

nlp = spacy.load(sys.argv[1])
app, lock = FastAPI(), threading.Lock()


def work(row):
    with lock, nlp.memory_zone():
        doc = nlp(row["text"])
        name_doc(doc, row["id"], {})
        return to_line(to_record(doc))


@app.post("/annotate")
async def annotate(request: Request):
    from starlette.concurrency import run_in_threadpool

    return Response(await run_in_threadpool(work, json.loads(await request.body())))


@app.get("/readyz")
def ready():
    return {}


uvicorn.run(app, port=int(sys.argv[2]), log_level="critical", access_log=False)
