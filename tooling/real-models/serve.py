"""Serves a model file with llama.cpp on a free port of loopback, and prints its address.

    serve.py <name> <file.gguf> <threads>
"""

import sys

import xllamacpp

name, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
params = xllamacpp.CommonParams()
params.model.path = path
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 4096
params.n_parallel = 1
params.cpuparams.n_threads = threads
params.use_jinja = True
params.endpoint_props = True
params.ui = False
params.verbosity = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
# Ends with whoever started it: its stdin closes then.
sys.stdin.read()
