import { body, jsonType, type CallPhase } from "@massgen/upstream";
import { refusablesIn, type Refusable } from "../refusable.ts";
import { phases, wellBehaved, type Fault } from "./fault.ts";

/** What of a request is refused. */
function refusedIn(phase: CallPhase): Refusable {
  return phase === "ballot" ? "forced choice" : "temperature";
}

/** How services say what it is about. */
const words: Readonly<Record<Refusable, string>> = {
  temperature: "'temperature' is not supported with this model.",
  "forced choice": "tool_choice has to be auto with this model.",
};

interface Lesson {
  readonly status: 400 | 500;
  readonly named: boolean;
  readonly where: readonly CallPhase[];
}

const lessons: readonly Lesson[] = [
  { status: 400, named: true, where: phases },
  { status: 400, named: false, where: phases },
  { status: 500, named: true, where: phases },
  // Nobody takes a service that has broken for one that minds how it is asked to vote.
  { status: 500, named: false, where: phases.filter((phase) => phase !== "ballot") },
];

/** Tokens that a small model takes, prompt and reply together, and characters of one. */
const contextTokens = 2048;
const charsPerToken = 4;

/** Refusals after which a client knows better: the same request meets none of them again. */
export const lessonFaults: readonly Fault[] = [
  ...lessons.map(({ status, named, where }): Fault => ({
    name: `${status} for one field, ${named ? "named" : "without a word for it"}`,
    phases: where,
    teaches: true,
    behave: (scene) => {
      const { call, wire } = scene;
      const refused = refusedIn(call.phase);
      if (!refusablesIn(call.body).has(refused)) return wellBehaved(scene);
      return body(status, jsonType, wire.refusal(status, named ? words[refused] : "It went wrong."));
    },
    nature: (_wire, phase) => ({
      kind: "learns",
      of: refusedIn(phase),
      named,
      believed: status === 400 ? "at once" : "repeated",
    }),
  })),
  {
    name: "context exceeded",
    phases: ["ballot", "presentation"],
    teaches: true,
    // Two of them are more than the model takes.
    draftChars: 6000,
    behave: (scene) => {
      const { call, wire } = scene;
      const promptTokens = Math.ceil(call.bodyBytes / charsPerToken);
      if (promptTokens < contextTokens) return wellBehaved(scene);
      return body(400, jsonType, wire.tooLong(promptTokens, contextTokens));
    },
    // Shortened once. OpenAI's Responses API does not say how much the model takes.
    nature: (wire) => ({ kind: "recovers", ...(wire === "responses" && { again: true as const }) }),
  },
];
