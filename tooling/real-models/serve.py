"""Serves a model file with llama.cpp on a port of loopback (0: a free one), and prints its address.

    serve.py <name> <file.gguf> <threads> <port>
"""

import sys

import xllamacpp

name, path, threads, port = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
params = xllamacpp.CommonParams()
params.model.path = path
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = port
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
