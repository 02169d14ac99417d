import { MassgenError } from "@massgen/core";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { ServerApp } from "./app.ts";
import { clientErrorResponse, connectResponse } from "./raw-response.ts";
import { trackConnections } from "./connections.ts";

export interface ServeSettings {
  /** Address to bind, such as `0.0.0.0` or `127.0.0.1`. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The most connections; further ones are closed at once. */
  readonly maxConnections?: number;
}

/** A listening server. */
export interface RunningServer {
  /** The URL for clients on this machine, without a trailing slash. */
  readonly url: string;
  readonly address: { readonly host: string; readonly port: number };
  /**
   * Refuses new runs (with 503 while others continue), closes idle connections at once, and waits up to `timeoutMs`
   * milliseconds for open requests and runs in the background. Then aborts the remaining runs and informs their
   * clients. Resolves when every connection is closed: `drained` if no run was cut short. Further calls return the
   * first call's promise.
   */
  readonly close: (options: { readonly timeoutMs: number }) => Promise<"drained" | "cut-short">;
}

/** More than the 60 s after which common load balancers drop an idle connection: the server must not close it first. */
const keepAliveMs = 65_000;
const headersMs = 70_000;
/** The time for receiving a request; answering one may take as long as it needs. */
const requestMs = 300_000;
/** The most bytes of all headers of a request. */
const maxHeaderBytes = 16_384;
/** The time for informing clients that their runs were cut short. */
const farewellMs = 1_000;

/**
 * Listens.
 * @throws MassgenError `configuration` when the address cannot be bound
 */
export async function serve(
  { handler, admission }: Pick<ServerApp, "handler" | "admission">,
  { host, port, maxConnections = 10_000 }: ServeSettings,
): Promise<RunningServer> {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      maxHeaderSize: maxHeaderBytes,
      // The application explains the problem; Node's own answer would be empty.
      requireHostHeader: false,
    },
    handler,
  );
  server.maxConnections = maxConnections;
  const connections = trackConnections(server);
  let closing: Promise<"drained" | "cut-short"> | undefined;

  // Node would answer an unknown expectation itself, past all our code. No expectation exists that we could fail to
  // meet.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (_request, socket) => socket.end(connectResponse()));
  server.on("clientError", (error: Error, socket: Socket) => {
    if (!socket.writable) return;
    // In the middle of a response, anything written here would end up inside it.
    if (connections.mayAnswer(socket)) socket.end(clientErrorResponse(error));
    else socket.destroy();
  });

  async function shutDown(timeoutMs: number): Promise<"drained" | "cut-short"> {
    // Still listening, so that new clients, and probes above all, learn that the server is draining.
    admission.drain();
    connections.closeIdle();
    // Runs in the background have no open request.
    const [answered, emptied] = await Promise.all([
      connections.answered(timeoutMs),
      Promise.race([admission.emptied().then(() => true), setTimeout(timeoutMs, false, { ref: false })]),
    ]);
    // Their runs go on in another process, and their clients come back there.
    const dismissed = admission.dismissViewers();
    const drained = emptied && (answered || (dismissed > 0 && (await connections.answered(farewellMs))));
    if (!drained) {
      admission.cutShort();
      await connections.answered(farewellMs);
    }
    await connections.closeAll();
    // A run whose client reads nothing ends only with its connection, and its log entry should be written before the
    // process ends.
    await Promise.race([admission.emptied(), setTimeout(farewellMs, undefined, { ref: false })]);
    await setImmediate();
    return drained ? "drained" : "cut-short";
  }

  const address = await listen(server, host, port);
  return {
    url: urlOf(address),
    address: { host: address.address, port: address.port },
    close: ({ timeoutMs }) => (closing ??= shutDown(timeoutMs)),
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(bindError(error, host, port));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new TypeError("A TCP server without a TCP address."));
      else resolve(address);
    });
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): MassgenError {
  return new MassgenError("configuration", bindProblem(error, host, port), { cause: error });
}

function bindProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code ?? "") {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use by another process. Stop it, or choose another port.`;
    case "EACCES":
      return `Port ${port} on ${host} may not be used by this user. Choose a port above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `This machine has no address ${host}. Use 0.0.0.0 for all addresses, or 127.0.0.1 for this machine only.`;
    default:
      return `Cannot listen on port ${port} of ${host} (${error.code ?? error.message}).`;
  }
}

function urlOf({ address, port }: AddressInfo): string {
  if (address === "0.0.0.0" || address === "::") return `http://localhost:${port}`;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
