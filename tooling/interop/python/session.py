# Runs programs one after the other in one process, because clients take seconds to import. Each is posted as JSON:
# its code and its arguments. The response is what it printed, with status 500 and the traceback if it failed.
import contextlib
import io
import json
import sys
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer


class Session(BaseHTTPRequestHandler):
    def do_POST(self):
        program = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sys.argv = ["-", *program["args"]]
        printed = io.StringIO()
        status = 200
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(program["code"], "program.py", "exec"), {"__name__": "__main__"})
            except Exception:
                status = 500
                printed.write(traceback.format_exc())
        body = printed.getvalue().encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Session)
print(f"Listening on {server.server_port}", flush=True)
server.serve_forever()
