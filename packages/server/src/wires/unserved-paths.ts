const chat = "POST /v1/chat/completions";

/** Paths that clients try and that are not served, and what to do instead. */
const advice: ReadonlyMap<string, string> = new Map([
  ["/v1/embeddings", `A team makes no embeddings: ask their provider. Chat is at ${chat}.`],
  ["/v1/v1/chat/completions", `Chat is at ${chat}: the client adds /v1 to a base URL that has it.`],
]);

/** What a client should call instead of a path that is not served. */
export function adviceFor(path: string): string {
  return advice.get(path) ?? `Chat is at ${chat}.`;
}
