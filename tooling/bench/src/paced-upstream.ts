import type { Socket } from "node:net";
import { parseArgs } from "node:util";
import { sharedMs } from "./clock.ts";
import { pacedWrites, phaseOf } from "./paced-answer.ts";
import { jsonAnswer, listenRaw, type RawRequest } from "./raw-http.ts";

// node paced-upstream.ts --events=N --every-ms=MS: every answer has N events, the first of them MS after the request,
// the others MS apart. Whoever gets /hold lets every answer stop after its next event, until somebody gets /release.
// /calls tells how calls are going.

const { values } = parseArgs({
  options: { events: { type: "string" }, "every-ms": { type: "string" } },
});
const events = Number(values.events);
const everyMs = Number(values["every-ms"]);
let held = false;

/** A call whose connection was closed before its answer was out. */
export interface BrokenCall {
  /** The number in the question's `run-<n>`. */
  readonly run: number;
  /** When that was noticed here, by the shared clock. */
  readonly atMs: number;
}

let broken: BrokenCall[] = [];
let open = 0;
const waiting = new Set<() => void>();
const prepared = new Map<string, readonly Buffer[]>();

function writesFor(body: string): readonly Buffer[] {
  const model = /"model":"([^"]+)"/.exec(body)?.[1] ?? "";
  const phase = phaseOf(body);
  const key = `${model} ${phase}`;
  let writes = prepared.get(key);
  if (writes === undefined) {
    writes = pacedWrites(model, phase, events);
    prepared.set(key, writes);
  }
  return writes;
}

function answer(socket: Socket, body: string): void {
  const writes = writesFor(body);
  const startedAt = performance.now();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;

  const wait = (): void => {
    // Due times count from the request, so that a late timer does not delay all that follow; rounded up, so that no
    // answer is early.
    const leftMs = startedAt + (sent + 1) * everyMs - performance.now();
    timer = setTimeout(send, Math.max(0, Math.ceil(leftMs)));
  };
  const send = (): void => {
    const piece = writes[sent];
    if (piece === undefined) return;
    sent += 1;
    if (sent === writes.length) {
      open -= 1;
      socket.off("close", onClose);
    }
    socket.write(piece);
    if (sent === writes.length) return;
    if (held) waiting.add(wait);
    else wait();
  };
  const onClose = (): void => {
    clearTimeout(timer);
    waiting.delete(wait);
    open -= 1;
    broken.push({ run: Number(/run-(\d+)/.exec(body)?.[1]), atMs: sharedMs() });
  };
  open += 1;
  socket.once("close", onClose);
  wait();
}

function handle({ path, body, socket }: RawRequest): void {
  switch (path) {
    case "/hold":
      held = true;
      socket.write(jsonAnswer({}));
      break;
    case "/release":
      held = false;
      for (const go of waiting) go();
      waiting.clear();
      socket.write(jsonAnswer({}));
      break;
    case "/calls":
      socket.write(jsonAnswer({ open, broken }));
      broken = [];
      break;
    default:
      answer(socket, body);
  }
}

console.log(await listenRaw(handle));
