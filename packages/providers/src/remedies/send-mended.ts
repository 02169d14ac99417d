import type { ChatRequest } from "@massgen/core/model";
import type { Descent } from "@massgen/provider-kit/forcing";
import type { HttpAnswer, PostResult } from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";
import { digestOf, kindOf } from "./body-digest.ts";
import { beginCourse, type DraftOf } from "./course.ts";
import { refusalOf, signatureOf, teachingOf } from "./refusal.ts";
import type { Lesson } from "./remedy.ts";
import type { RemedyMemory } from "./remedy-memory.ts";

/** What is needed to send a call until the service accepts it. */
export interface MendedCall {
  readonly lessons: readonly Lesson[];
  readonly memory: RemedyMemory;
  readonly draftOf: DraftOf;
  readonly post: (body: JsonObject) => Promise<PostResult>;
}

/** The result: an answer, or the first refusal that no remedy helped against. */
export type Sent = { /** Sampling parameters left out or changed. */ readonly dropped: readonly string[] } & (
  | { readonly type: "answer"; readonly response: HttpAnswer }
  | { readonly type: "refused"; readonly failure: UpstreamFailure }
);

/** Guessed last: another way to ask for a call. */
const lowerRung = "a lower rung";

/** Bounds the requests to a service that refuses everything. */
const mostRequests = 30;

/**
 * Sends a request, and again with a remedy where it was refused. In this order: what the refusal asks for in words
 * (fields, limits, shapes, formats); a step down the ladder of forced calls, if the refusal is about that; a guess, if
 * it names nothing known; finally the lower rungs of the ladder. A format on the ladder's `schema` rung belongs to the
 * ladder alone.
 *
 * A failure of the service's own (HTTP 500) teaches when a request of the same kind met the very same failure before,
 * or when it is a chat template's complaint about the conversation. Where nothing helps, the remembered remedies
 * themselves may be what is refused by now.
 *
 * What solved a refusal is remembered even if the call ends refused: the next one begins behind it. A guess, a rung on
 * trial, and doing without what is remembered solve nothing unless the service accepts the request: where it does not,
 * the call ends with the refusal that came before them, and the next call stops at that one.
 */
export async function sendMended(
  { lessons, memory, draftOf, post }: MendedCall,
  request: ChatRequest,
  descent: Descent | undefined,
): Promise<Sent> {
  const course = beginCourse(lessons, memory);
  /** What the service said to the bodies that it refused: it would say it again. */
  const refused = new Map<string, UpstreamFailure>();
  /** The refusals since something was solved last, with the kinds of their bodies. */
  let unhelped: (readonly [signature: string, kind: string])[] = [];
  let first: UpstreamFailure | undefined;
  let believed = false;
  /** The refusals that a lower rung was tried against. */
  const lowered: string[] = [];
  for (let requests = 1; ; requests += 1) {
    const { body, dropped } = course.write(descent?.request() ?? request, draftOf);
    const known = refused.size === 0 ? undefined : refused.get(digestOf(body));
    const result = known === undefined ? await post(body) : { type: "refusal" as const, failure: known };
    if (result.type === "answer") {
      course.helped();
      descent?.endTrial(true);
      return { ...result, dropped };
    }
    const { failure } = result;
    const teaching = teachingOf(failure);
    if (teaching === "never") return { type: "refused", failure, dropped };
    const kind = kindOf(body);
    const signature = signatureOf(failure);
    refused.set(digestOf(body), failure);
    const refusal = refusalOf(failure);
    if (course.judge(signature) && lowered.length === 0) solved();
    first ??= failure;
    unhelped.push([signature, kind]);
    const cameBefore = memory.cameBefore(signature, kind);
    believed ||= teaching !== "repeated" || cameBefore;
    if (requests < mostRequests && !memory.isHopeless(signature, kind)) {
      if (course.read(refusal, signature, isAllowed, teaching === "repeated")) continue;
      if (descent?.rejected(believed && isFailed(failure) ? { ...failure, status: 400 } : failure)) {
        if (!course.isGuessing() && lowered.length === 0) solved();
        continue;
      }
      if (believed && teaching !== "by name" && course.guess(refusal, signature, isAllowed)) continue;
      if (believed && teaching !== "by name" && course.forgo(refusal)) continue;
      if (teaching === "at once" && course.isOpen(refusal) && tryLower(signature)) continue;
    }
    course.ended();
    descent?.endTrial(false);
    for (const one of lowered) memory.noteInVain(lowerRung, one);
    if (believed) for (const one of unhelped) memory.noteHopeless(...one);
    return { type: "refused", failure: first, dropped };
  }

  /** The refusals so far are done with, whatever comes behind them. */
  function solved(): void {
    first = undefined;
    unhelped = [];
  }

  function tryLower(signature: string): boolean {
    if (descent === undefined || memory.wasInVain(lowerRung, signature) || !descent.tryLower()) return false;
    lowered.push(signature);
    return true;
  }

  function isAllowed(lesson: Lesson): boolean {
    if (!believed && lesson.fails !== true) return false;
    return !(descent?.rung() === "schema" && lesson.about?.includes("format"));
  }
}

/** Whether a refusal has the status of a failure of the service. */
function isFailed({ status = 0 }: UpstreamFailure): boolean {
  return status >= 500;
}
