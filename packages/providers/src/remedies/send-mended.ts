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
 */
export async function sendMended(
  { lessons, memory, draftOf, post }: MendedCall,
  request: ChatRequest,
  descent: Descent | undefined,
): Promise<Sent> {
  const course = beginCourse(lessons, memory);
  /** The bodies that were refused. */
  const refused = new Set<string>();
  /** The kinds of bodies that nothing has helped so far, with the signatures of their refusals. */
  let unhelped: (readonly [signature: string, kind: string])[] = [];
  let first: UpstreamFailure | undefined;
  let last: UpstreamFailure | undefined;
  let believed = false;
  let lowered = false;
  for (let requests = 1; ; requests += 1) {
    const { body, dropped } = course.write(descent?.request() ?? request, draftOf);
    const result = last !== undefined && refused.has(digestOf(body)) ? undefined : await post(body);
    if (result?.type === "answer") {
      course.helped();
      descent?.endTrial(true);
      return { ...result, dropped };
    }
    // A body that was refused would be refused again.
    const failure: UpstreamFailure = result?.failure ?? (last as UpstreamFailure);
    const teaching = teachingOf(failure);
    if (teaching === "never") return { type: "refused", failure, dropped };
    const kind = kindOf(body);
    const signature = signatureOf(failure);
    refused.add(digestOf(body));
    unhelped.push([signature, kind]);
    last = failure;
    const refusal = refusalOf(failure);
    if (course.judge(signature)) first = undefined;
    first ??= failure;
    believed ||= teaching !== "repeated" || memory.cameBefore(signature, kind);
    if (requests < mostRequests && !memory.isHopeless(signature, kind)) {
      if (course.read(refusal, signature, isAllowed, teaching === "repeated")) continue;
      if (descent?.rejected(believed && teaching === "repeated" ? { ...failure, status: 400 } : failure)) {
        first = undefined;
        unhelped = [];
        continue;
      }
      if (believed && teaching !== "by name" && course.guess(refusal, signature, isAllowed)) continue;
      if (believed && teaching !== "by name" && course.forgo(refusal)) continue;
      if (teaching === "at once" && course.isOpen(refusal) && tryLower(signature)) continue;
    }
    descent?.endTrial(false);
    if (lowered) memory.noteInVain(lowerRung, signature);
    if (believed) for (const one of unhelped) memory.noteHopeless(...one);
    return { type: "refused", failure: first, dropped };
  }

  function tryLower(signature: string): boolean {
    if (descent === undefined || memory.wasInVain(lowerRung, signature) || !descent.tryLower()) return false;
    lowered = true;
    return true;
  }

  function isAllowed(lesson: Lesson): boolean {
    if (!believed && lesson.fails !== true) return false;
    return !(descent?.rung() === "schema" && lesson.about?.includes("format"));
  }
}
