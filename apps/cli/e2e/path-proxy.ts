import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A reverse proxy as people put it before a server: below a path, which the server does not get to see. */
export interface PathProxy extends AsyncDisposable {
  /** With the path, without a slash at the end. */
  readonly url: string;
}

/** Starts a proxy that shows a server below a path such as `/tools/massgen`, and passes on the browser's `Host`. */
export async function startPathProxy(path: string, to: string): Promise<PathProxy> {
  const { hostname, port } = new URL(to);
  const server = createServer((incoming, outgoing) => {
    const { url = "", method, headers } = incoming;
    if (!url.startsWith(`${path}/`)) {
      outgoing.writeHead(404).end("not here");
      return;
    }
    const passed = request({ hostname, port, method, headers, path: url.slice(path.length) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
