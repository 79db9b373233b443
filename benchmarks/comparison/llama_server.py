"""A model of llama.cpp behind OpenAI's chat completions: `llama_server.py FILE.gguf THREADS`.

Runs in an environment with xllamacpp; prints its address on the loopback, then serves until its
input is closed.
"""

import sys

from xllamacpp import CommonParams, Server  # type: ignore[import-not-found]

CONTEXT = 8192


def main() -> None:
    """Serve one model."""
    params = CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT, 1, 0
    params.hostnames = ["127.0.0.1"]
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = int(sys.argv[2])
    server = Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
