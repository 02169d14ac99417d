import type { JsonObject } from "@massgen/provider-kit/wire";
import { withAt } from "./body-path.ts";
import type { Lesson } from "./remedy.ts";

/**
 * A service, or a model, without streaming: the remedy asks for the whole answer. The refusal has to say so explicitly,
 * since failures mention streams as well.
 */
export const unstreamedLesson: Lesson = {
  about: ["stream"],
  names: ({ says, param }, { own }) => own["stream"] === true && /^stream$|\bstream(?:ing|ed)?\b/i.test(param || says),
  read: (refusal, asked) =>
    (refusal.unsupported || refusal.param === "stream" || /verified|must be (?:false|disabled)/i.test(refusal.says)) &&
    unstreamedLesson.names(refusal, asked)
      ? unstreamed
      : undefined,
  guess: ({ own }) => (own["stream"] === true ? unstreamed : undefined),
};
const unstreamed = {
  name: "without stream",
  body: (own: JsonObject) =>
    own["stream"] === true ? { ...withAt(own, ["stream_options"], undefined), stream: false } : own,
};
