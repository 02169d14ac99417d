import { rulesVersion, type RunEvent } from "@massgen/core";
import type { KeptRun as StoredRun } from "@massgen/runs";
import type { Answer, Wire } from "../wires/wire.ts";
import type { KeptRun } from "./kept-runs.ts";
import type { TraceLevel } from "./traces.ts";

/** Raised when a wire writes other frames for the same events, so that numbers of old viewers do not fit. */
const foldVersion = 1;

/** What a store keeps for a run's wire. */
interface KeptAnswer {
  readonly path: string;
  readonly own: object;
  readonly answer: Omit<Answer, "own">;
  readonly traces: TraceLevel | null;
  readonly remarks: readonly string[];
}

/** What the run that is to be stored is known by. */
interface StoredAs extends Pick<StoredRun, "id" | "request" | "setup" | "owner" | "team"> {
  /** Milliseconds from its beginning. */
  readonly keepMs: number;
}

/** A run as a store keeps it. Of one that its client will not fetch, only what was asked of the team. */
export function toStored(
  kept: Pick<KeptRun, "answer" | "wire" | "traces" | "remarks" | "background">,
  { keepMs, ...run }: StoredAs,
  historyOnly: boolean,
): StoredRun {
  const { own, ...answer } = kept.answer;
  const { wire, traces, remarks, background } = kept;
  const createdAtMs = run.setup.startedAt;
  const previous = wire.keeps?.continues(own);
  const form: KeptAnswer = {
    path: wire.path,
    own: historyOnly ? {} : (wire.keeps?.toJson(own) ?? {}),
    answer,
    traces: traces ?? null,
    remarks,
  };
  return {
    ...run,
    wire: { ...form },
    ...(previous !== undefined && { previous }),
    background,
    ...(historyOnly && { historyOnly }),
    rules: rulesVersion,
    fold: foldVersion,
    createdAtMs,
    expiresAtMs: createdAtMs + keepMs,
  };
}

/** What {@link toStored} made of a run for its wire, without the run itself. Undefined for a wire that keeps none. */
export function fromStored(
  stored: StoredRun,
  wires: readonly Wire[],
): Omit<KeptRun, "run" | "owner" | "watcher"> | undefined {
  const { path, own, answer, traces, remarks } = stored.wire as unknown as KeptAnswer;
  const wire = wires.find((one) => one.path === path);
  if (wire?.keeps === undefined || stored.historyOnly === true) return undefined;
  return {
    id: wire.keeps.idOf(stored.id),
    wire,
    answer: { ...answer, own: wire.keeps.fromJson(own) },
    traces: traces ?? undefined,
    remarks,
    stored: true,
    ...(stored.fold !== foldVersion && { otherFold: true as const }),
    background: stored.background,
    cancelled: false,
    imagesDropped: stored.imagesDropped === true,
  };
}

/**
 * The events of a log, with what streamed by and is no fact: the text of the answer, as far as it did not come, and the
 * reasoning before it.
 *
 * @param live whether some viewers have the text before its reasoning is kept: then none gets that
 */
export async function* wholeEvents(
  events: AsyncIterable<RunEvent>,
  note: (event: RunEvent) => void,
  live: boolean,
): AsyncGenerator<RunEvent, undefined, undefined> {
  let said = 0;
  /** Calls stand behind the text, which the end has. */
  let calls: RunEvent | undefined;
  for await (const event of events) {
    note(event);
    if (event.type === "content-delta") said += event.text.length;
    if (event.type === "tool-calls") {
      calls = event;
      continue;
    }
    if (!live && event.type === "draft-finished" && event.final && event.reasoning !== undefined) {
      yield { type: "reasoning-delta", agentId: event.agentId, text: event.reasoning, atMs: event.atMs };
    }
    if (event.type === "run-finished" && event.result.status === "answered") {
      const rest = event.result.text.slice(said);
      if (rest !== "") yield { type: "content-delta", text: rest, atMs: event.atMs };
    }
    if (calls !== undefined) yield calls;
    calls = undefined;
    yield event;
  }
  return undefined;
}
