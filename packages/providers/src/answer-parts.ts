import type { ModelEvent } from "@massgen/core/model";
import type { AnswerStep, JsonObject } from "@massgen/provider-kit/wire";

/** What a step of an answer delivers: everything but the finish. */
export type AnswerEvents = NonNullable<AnswerStep["events"]>;

/** The events without their finish. */
export function withoutFinish(made: readonly ModelEvent[]): AnswerEvents {
  return made.every(isPart) ? made : made.filter(isPart);
}

/** What comes last, and why the answer ended. */
export function lastOf(made: readonly ModelEvent[]): ReturnType<NonNullable<AnswerStep["last"]>> {
  return {
    events: withoutFinish(made),
    finish: made.find((event) => event.type === "finish")?.reason ?? "other",
  };
}

function isPart(event: ModelEvent): event is AnswerEvents[number] {
  return event.type !== "finish";
}

/** An event with its type, which some services say in the `event:` field only. */
export function typed(event: JsonObject, name: string | undefined): JsonObject {
  return name === undefined || "type" in event || "object" in event ? event : { type: name, ...event };
}
