import { piecesOf, type Answer, type PiecedAnswer } from "./answer.ts";
import { behaviour, body, jsonType, streaming, type Behaviour, type Step } from "./behaviour.ts";
import type { UpstreamCall } from "./call.ts";
import type { Content, Pace } from "./reply.ts";
import { framed, type Wire, type WireEvent } from "./wire/wire.ts";
import { wires } from "./wire/wires.ts";

/** Chat completions report usage in a stream to whoever asks for it. */
function wantsUsage({ wire, stream, body: { stream_options: options } }: UpstreamCall): boolean {
  if (wire !== "openai" || !stream) return true;
  return (
    typeof options === "object" && options !== null && "include_usage" in options && options.include_usage === true
  );
}

/** What the service wants back; Responses show it to whoever asks for it, chat completions have nothing like it. */
function signatureFor({ wire, n, body: { include } }: UpstreamCall): string | undefined {
  const asked = Array.isArray(include) && include.includes("reasoning.encrypted_content");
  if (wire === "openai" || (wire === "responses" && !asked)) return undefined;
  return Buffer.from(`signature-${n}`).toString("base64");
}

/** An answer as the service puts it to this call: with what it counts of the prompt, and what was asked for. */
function pieced(answer: Answer, call: UpstreamCall): PiecedAnswer {
  const { usage, finish, ...rest } = piecesOf(answer, call.n);
  const { cached } = call;
  const counted = usage === undefined || cached === undefined ? usage : { ...usage, ...cached.usage };
  const signature = signatureFor(call);
  return {
    ...rest,
    ...(finish !== undefined && (answer.ending.type === "complete" || !call.stream) && { finish }),
    ...(counted !== undefined && wantsUsage(call) && { usage: counted }),
    ...(signature !== undefined && { signature }),
  };
}

/**
 * Events that go out together: a piece of the answer with what opens and closes it, and everything behind the last one.
 */
function groupsOf(events: Iterable<WireEvent>): readonly (readonly WireEvent[])[] {
  const groups: WireEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const said = last?.some(({ stage }) => stage === "part" || stage === "whole") ?? true;
    if (last === undefined || (said && event.stage !== "closing")) groups.push([event]);
    else last.push(event);
  }
  return groups;
}

function sending(wire: Wire, events: readonly WireEvent[]): Step {
  const usage = events.findLast((event) => event.usage !== undefined)?.usage;
  return {
    type: "send",
    bytes: events.map((event) => framed(wire, event)).join(""),
    ...(usage !== undefined && { usage }),
  };
}

/** A whole answer in the manner of a service, whether or not this call asks for all of it. */
export function inManner(wire: Wire, answer: Answer, call: UpstreamCall): Behaviour {
  const events = [...wire.events(piecesOf(answer, call.n), call)];
  return streaming(events.map((event) => sending(wire, [event])));
}

/** What happens behind the pieces. */
function endSteps(wire: Wire, { ending }: Answer, call: UpstreamCall, after: number): readonly Step[] {
  switch (ending.type) {
    case "complete":
    case "cut":
      return [];
    case "error":
      return [sending(wire, wire.failure(ending.error, call, after))];
    case "hang":
    case "reset":
      return [ending];
  }
}

function streamed(answer: Answer, call: UpstreamCall, pace: Pace | undefined): Behaviour {
  const wire = wires[call.wire];
  const all = [...wire.events(pieced(answer, call), call)];
  const events = answer.ending.type === "complete" ? all : all.filter(({ stage }) => stage !== "terminal");
  const steps = groupsOf(events).flatMap((group, at): readonly Step[] => {
    const send = sending(wire, group);
    const ends = group.every(({ stage }) => stage === "terminal");
    if (pace === undefined || ends) return [send];
    return [{ type: "due", ms: pace.firstMs + at * pace.everyMs }, send];
  });
  const reply = streaming([...steps, ...endSteps(wire, answer, call, events.length)]);
  return pace === undefined ? reply : behaviour({ type: "due", ms: pace.firstMs }, ...reply.steps);
}

function whole(answer: Answer, call: UpstreamCall, pace: Pace | undefined): Behaviour {
  const pieces = pieced(answer, call);
  const lastPiece = Math.max(0, pieces.reasoning.length + pieces.text.length + pieces.toolCalls.length - 1);
  const due = pace === undefined ? [] : [{ type: "due", ms: pace.firstMs + lastPiece * pace.everyMs } as const];
  const { ending } = answer;
  if (ending.type === "error") return behaviour(...due, ...body(200, jsonType, { error: ending.error }).steps);
  const { usage } = pieces;
  const all = body(200, jsonType, wires[call.wire].document(pieces, call), usage === undefined ? {} : { usage }).steps;
  if (ending.type === "complete") return behaviour(...due, ...all);
  const half = all.map((step): Step => {
    if (step.type !== "send") return step;
    const written = step.bytes.toString();
    return { type: "send", bytes: written.slice(0, Math.floor(written.length / 2)) };
  });
  // The length is not told before the end, which may not come.
  return behaviour(...due, ...half, ...(ending.type === "cut" ? [{ type: "wait", ms: 0 } as const] : [ending]));
}

/** What comes of a reply on the wire of a call, step by step. */
export function behaviourOf(content: Content, call: UpstreamCall, pace: Pace | undefined): Behaviour {
  switch (content.type) {
    case "answer":
      return call.stream ? streamed(content, call, pace) : whole(content, call, pace);
    case "http-error": {
      const { status, headers } = content;
      const usual = () => wires[call.wire].refusal(status, `Scripted refusal with status ${status}.`);
      const type = typeof content.body === "string" ? "text/html; charset=utf-8" : jsonType;
      return withDue(body(status, type, content.body ?? usual(), { headers }), pace);
    }
    case "steps":
      return withDue(content, pace);
  }
}

function withDue(reply: Behaviour, pace: Pace | undefined): Behaviour {
  return pace === undefined ? reply : behaviour({ type: "due", ms: pace.firstMs }, ...reply.steps);
}
