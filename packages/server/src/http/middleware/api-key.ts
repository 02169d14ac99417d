import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { contextOf } from "../request-context.ts";
import { ProblemError } from "../../problem.ts";

/**
 * Lets only requests with one of the keys pass (`Authorization: Bearer <key>`, `x-api-key` or `api-key`); without
 * keys, everybody. The keys are asked for at every request, so that they can change.
 */
export function requireApiKey(keys: () => readonly string[]): RequestHandler {
  let digested: readonly string[] = [];
  let digests: readonly Buffer[] = [];
  return (req, res, next) => {
    const known = keys();
    if (known.length === 0) {
      next();
      return;
    }
    if (known !== digested) {
      digested = known;
      digests = known.map(digest);
    }
    const given = keyIn(req);
    if (given !== undefined && isOneOf(digest(given), digests)) {
      contextOf(res).owner = digest(given).toString("hex");
      next();
      return;
    }
    res.set("WWW-Authenticate", "Bearer");
    throw new ProblemError(
      "invalid-api-key",
      given === undefined
        ? "This server needs a key. Send it as the header `Authorization: Bearer <key>` (`api_key` in OpenAI clients)."
        : "The key is not one of this server's.",
    );
  };
}

/** As OpenAI's clients send it, Anthropic's, and Azure's. */
function keyIn(req: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
  return bearer ?? req.get("x-api-key") ?? req.get("api-key");
}

/** Digests have one length, so that comparing them takes the same time for every wrong key. */
function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function isOneOf(given: Buffer, digests: readonly Buffer[]): boolean {
  let found = false;
  for (const known of digests) if (timingSafeEqual(given, known)) found = true;
  return found;
}
