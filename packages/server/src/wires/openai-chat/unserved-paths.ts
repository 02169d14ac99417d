const chat = "POST /v1/chat/completions";

/** Paths that OpenAI's clients try and that are not served, and what to do instead. */
const advice: ReadonlyMap<string, string> = new Map([
  ["/v1/completions", `Text completions are not served. Send the prompt as a user message to ${chat}.`],
  ["/v1/responses", `The Responses API is not served. Set your client to chat completions: ${chat}.`],
  ["/v1/embeddings", `A team makes no embeddings: ask their provider. Chat is at ${chat}.`],
  ["/chat/completions", `Chat is at ${chat}: the client's base URL must end in /v1.`],
  ["/models", "The models are at GET /v1/models: the client's base URL must end in /v1."],
  ["/v1/v1/chat/completions", `Chat is at ${chat}: the client adds /v1 to a base URL that has it.`],
]);

/** What a client should call instead of a path that is not served. */
export function adviceFor(path: string): string {
  return advice.get(path) ?? `Chat is at ${chat}.`;
}
