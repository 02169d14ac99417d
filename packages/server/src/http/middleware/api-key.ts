import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { contextOf } from "../request-context.ts";
import { ProblemError } from "../../problem.ts";

/**
 * Admits only requests with one of the keys (`Authorization: Bearer <key>`, `x-api-key` or `api-key`), or everyone if
 * there are no keys. The keys are read for every request, so they can change.
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

/** The key as clients for OpenAI, Anthropic and Azure send it. */
function keyIn(req: Request): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
  return bearer ?? req.get("x-api-key") ?? req.get("api-key");
}

/** All digests have the same length, so comparing any wrong key takes the same time. */
function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function isOneOf(given: Buffer, digests: readonly Buffer[]): boolean {
  let found = false;
  for (const known of digests) if (timingSafeEqual(given, known)) found = true;
  return found;
}
