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
  /** Further connections are closed as they come. */
  readonly maxConnections?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** Where a client on this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly address: { readonly host: string; readonly port: number };
  /**
   * Takes no new runs (503 while others go on), closes idle connections at once, and waits up to `timeoutMs`
   * milliseconds for open requests. After that runs are aborted and their clients told so. Resolves when every
   * connection is closed: `drained` if nobody was cut off. Further calls get the promise of the first.
   */
  readonly close: (options: { readonly timeoutMs: number }) => Promise<"drained" | "cut-short">;
}

/**
 * Above the 60 s after which common load balancers drop an idle connection: the server must not be the first to close.
 */
const keepAliveMs = 65_000;
const headersMs = 70_000;
/** For receiving a request; answering one may take as long as it takes. */
const requestMs = 300_000;
/** All headers of a request together. */
const maxHeaderBytes = 16_384;
/** For telling clients that their runs were cut short. */
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
      // The application says what is wrong then; Node's own answer is empty.
      requireHostHeader: false,
    },
    handler,
  );
  server.maxConnections = maxConnections;
  const connections = trackConnections(server);
  let closing: Promise<"drained" | "cut-short"> | undefined;

  // By itself Node would answer an expectation that it does not know, past all that is ours. None is asked of us that
  // we could fail.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (_request, socket) => socket.end(connectResponse()));
  server.on("clientError", (error: Error, socket: Socket) => {
    if (!socket.writable) return;
    // In the middle of an answer, anything written here would end up inside it.
    if (connections.mayAnswer(socket)) socket.end(clientErrorResponse(error));
    else socket.destroy();
  });

  async function shutDown(timeoutMs: number): Promise<"drained" | "cut-short"> {
    // Still listening: whoever comes meanwhile, a probe above all, hears that the server is draining.
    admission.drain();
    connections.closeIdle();
    const drained = await connections.answered(timeoutMs);
    if (!drained) {
      admission.cutShort();
      await connections.answered(farewellMs);
    }
    await connections.closeAll();
    // A run whose client takes nothing ends only with its connection; whoever logs it should not be overtaken by the
    // end of the process.
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
