import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** A running HTTP proxy. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  /** Method and target of every request so far: `POST http://127.0.0.1:1/v1`, `CONNECT host:443`. */
  readonly seen: readonly string[];
  /** The `proxy-authorization` of every request so far. */
  readonly credentials: readonly (string | undefined)[];
}

export interface ProxySettings {
  /** Answers every request with this status instead of passing it on. */
  readonly refuse?: number;
  /** Where the names of upstreams lead, whatever they are: the origin of the only one there is. */
  readonly upstream: string;
}

/** Starts a proxy on loopback: a tunnel for CONNECT, and requests with a whole address passed on. */
export async function startProxy({ refuse, upstream }: ProxySettings): Promise<TestProxy> {
  const seen: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const { port } = new URL(upstream);

  const note = ({ method, url, headers }: IncomingMessage): void => {
    seen.push(`${method} ${url}`);
    credentials.push(headers["proxy-authorization"]);
  };
  function passOn(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? "/");
    const { "proxy-authorization": _own, ...headers } = request.headers;
    const onward = send({ host: "127.0.0.1", port, method: request.method, path: pathname + search, headers });
    onward.once("response", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
    onward.once("error", () => response.destroy());
    request.pipe(onward);
  }
  const server = createServer((request, response) => {
    note(request);
    if (refuse === undefined) passOn(request, response);
    else response.writeHead(refuse).end("the proxy says no");
  });
  server.on("connection", (socket) => sockets.add(socket.on("error", () => undefined)));
  server.on("connect", (request, socket, head) => {
    note(request);
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const onward = connect(Number(port), "127.0.0.1");
    sockets.add(onward);
    onward.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    credentials,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
