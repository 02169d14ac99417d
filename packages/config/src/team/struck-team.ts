import type { RunEvent, Team } from "@massgen/core";

/**
 * A team whose runs tell of no secret, in whatever spelling: traces, metadata, metrics and logs are made of what passes here. The answer
 * itself is left alone: it lost secrets, as they are, where its model ended.
 */
export function struckTeam(team: Team, strike: (text: string) => string): Team {
  return {
    ...team,
    run(request) {
      const run = team.run(request);
      return {
        id: run.id,
        answer: run.answer,
        [Symbol.asyncIterator]() {
          const events = run[Symbol.asyncIterator]();
          return {
            async next() {
              const result = await events.next();
              return result.done === true ? result : { done: false, value: struckEvent(result.value, strike) };
            },
            return: async () => (await events.return?.()) ?? { done: true, value: undefined },
          };
        },
      };
    },
  };
}

function struckEvent(event: RunEvent, strike: (text: string) => string): RunEvent {
  switch (event.type) {
    case "content-delta":
    case "reasoning-delta":
    case "tool-calls":
      return event;
    default:
      return struck(event, strike);
  }
}

/** What answers consist of, and what a provider keeps for itself beside a tool call. */
const answers = new Set(["text", "reasoning", "toolCalls", "opaque"]);

/** A copy in which every text was struck but for those of answers, of which no bound is known. */
function struck<T>(value: T, strike: (text: string) => string): T {
  if (typeof value === "string") return strike(value) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => struck(entry, strike)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, entry]) => [
    name,
    answers.has(name) ? entry : struck(entry, strike),
  ]);
  return Object.fromEntries(entries) as T;
}
