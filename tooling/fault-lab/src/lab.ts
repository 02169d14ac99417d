import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Usage } from "./answer.ts";
import type { Behaviour, Step } from "./behaviour.ts";
import { readCall, type CallContent } from "./call.ts";

/** A call of the lab, and how it is going. */
export interface LabCall extends CallContent {
  /** 1 for the first call of this model, place and phase. */
  readonly attempt: number;
  /** When the request had arrived, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly state: "open" | "done" | "left";
  /** What the answer has reported so far. */
  readonly usage: Usage | undefined;
}

/** Decides what happens to a call. What it throws is a 500, and is thrown again by `close`. */
export type LabScript = (call: LabCall) => Behaviour;

/** A provider on loopback whose every answer is scripted. */
export interface Lab {
  /** Origin. Serves all wires, with or without a folder before their usual addresses. */
  readonly url: string;
  /** Every call to a model, in order of arrival. */
  readonly callsOf: (model: string) => readonly LabCall[];
  readonly openCalls: () => number;
  /** Resolves when no call to the model is open: at once if there is none. */
  readonly idle: (model: string) => Promise<void>;
  /** Connections that are open now: in use, or kept by the client for later. */
  readonly openConnections: () => number;
  /** @throws the first error the script threw, if it threw any */
  readonly close: () => Promise<void>;
}

type OpenCall = { -readonly [Key in keyof LabCall]: LabCall[Key] };

/** Starts a lab on a free port of loopback, or on the port given. */
export async function startLab(script: LabScript, options: { readonly port?: number } = {}): Promise<Lab> {
  const calls = new Map<string, OpenCall[]>();
  const scriptErrors: unknown[] = [];
  const waiting = new Set<{ readonly model: string; readonly resolve: () => void }>();
  let openCalls = 0;
  let openConnections = 0;

  function begin(content: CallContent): OpenCall {
    const known = calls.get(content.model) ?? [];
    const before = known.filter(({ place, phase }) => place === content.place && phase === content.phase);
    const call: OpenCall = {
      ...content,
      attempt: before.length + 1,
      startedAt: performance.now(),
      state: "open",
      usage: undefined,
    };
    calls.set(content.model, [...known, call]);
    openCalls += 1;
    return call;
  }

  function isIdle(model: string): boolean {
    return (calls.get(model) ?? []).every(({ state }) => state !== "open");
  }

  function end(call: OpenCall, state: LabCall["state"]): void {
    if (call.state !== "open") return;
    call.state = state;
    openCalls -= 1;
    for (const waiter of waiting) {
      if (!isIdle(waiter.model)) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://lab").pathname;
    const content = request.method === "POST" ? readCall(path, request.headers, await bodyText(request)) : undefined;
    if (content === undefined)
      return refuse(response, 404, "Served here: chat completions, messages, generateContent.");
    const call = begin(content);
    const gone = new AbortController();
    response.once("close", () => {
      end(call, response.writableFinished ? "done" : "left");
      gone.abort();
    });
    try {
      const onReset = (): void => end(call, "done");
      await play(script(call), { call, response, gone: gone.signal, onReset });
    } catch (error) {
      scriptErrors.push(error);
      refuse(response, 500, "The script of this lab threw.");
    }
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    serve(request, response).catch(() => refuse(response, 400, "The body is not JSON."));
  });
  server.on("connection", (socket) => {
    openConnections += 1;
    socket.once("close", () => {
      openConnections -= 1;
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    callsOf: (model) => calls.get(model) ?? [],
    openCalls: () => openCalls,
    idle: (model) => new Promise((resolve) => void (isIdle(model) ? resolve() : waiting.add({ model, resolve }))),
    openConnections: () => openConnections,
    close: async () => {
      if (server.listening) {
        const stopped = once(server, "close");
        server.close();
        server.closeAllConnections();
        await stopped;
      }
      if (scriptErrors.length > 0) throw scriptErrors[0];
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));
}

/** A call with the way back to whoever made it. */
interface Line {
  readonly call: OpenCall;
  readonly response: ServerResponse;
  /** Aborts when the connection is closed. */
  readonly gone: AbortSignal;
  /** Told before the connection is broken on purpose. */
  readonly onReset: () => void;
}

/** Carries out a behaviour. Returns when it is over, or as soon as the client is gone. */
async function play({ head, steps }: Behaviour, line: Line): Promise<void> {
  const { response, gone } = line;
  if (head !== undefined) {
    response.writeHead(head.status, head.headers);
    response.flushHeaders();
  }
  for (const step of steps) {
    if (gone.aborted || (await take(step, line)) === "over") return;
  }
  if (!gone.aborted) response.end();
}

async function take(step: Step, { call, response, gone, onReset }: Line): Promise<"over" | undefined> {
  switch (step.type) {
    case "send":
      if (step.usage !== undefined) call.usage = step.usage;
      if (!response.write(step.bytes)) await once(response, "drain", { signal: gone }).catch(() => undefined);
      return undefined;
    case "wait":
      await delay(step.ms, undefined, { signal: gone }).catch(() => undefined);
      return undefined;
    case "hang":
      await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
      return "over";
    case "reset":
      if (response.headersSent) await new Promise<void>((resolve) => response.write("", () => resolve()));
      await nextTurn();
      onReset();
      response.socket?.destroy();
      return "over";
  }
}
