import type { RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";

const chat = "POST /v1/chat/completions";

/** Parts of OpenAI's API that clients try here, and the hint that each gets. */
const elsewhere: Readonly<Record<string, string>> = {
  "/v1/completions": `Text completions are not served. Send the prompt as a user message to ${chat}.`,
  "/v1/embeddings": `A team makes no embeddings: ask their provider. Chat is at ${chat}.`,
  "/chat/completions": `Chat is at ${chat}: the client's base URL must end in /v1.`,
  "/models": "The models are at GET /v1/models: the client's base URL must end in /v1.",
  "/v1/v1/chat/completions": `Chat is at ${chat}: the client adds /v1 to a base URL that has it.`,
};

/** The last route: 404 with a hint. */
export const unknownUrl: RequestHandler = (req) => {
  const path = req.path.slice(0, 256);
  const known = Object.hasOwn(elsewhere, path) ? elsewhere[path] : undefined;
  const advice = known ?? `Chat is at ${chat}.`;
  throw new ProblemError("unknown-url", `There is nothing at ${req.method} ${path}. ${advice}`);
};
