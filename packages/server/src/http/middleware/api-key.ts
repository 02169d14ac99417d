import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { contextOf } from "../request-context.ts";
import { ProblemError } from "../../problem.ts";

/** The headers in which clients for OpenAI, Anthropic and Azure send a key. */
const keyHeaders = ["authorization", "x-api-key", "api-key"];

/**
 * Admits only requests with one of the keys (`Authorization: Bearer <key>`, `x-api-key` or `api-key`), or everyone if
 * there are no keys. The first key that is right admits the request and owns its run: proxies add keys of their own.
 * The keys are read for every request, so they can change. No later handler sees those headers, so none can log them.
 */
export function requireApiKey(keys: () => readonly string[]): RequestHandler {
  let digested: readonly string[] = [];
  let digests: readonly Buffer[] = [];
  return (req, res, next) => {
    const known = keys();
    const given = keysIn(req);
    for (const name of keyHeaders) delete req.headers[name];
    if (known.length === 0) {
      next();
      return;
    }
    if (known !== digested) {
      digested = known;
      digests = known.map(digest);
    }
    const valid = given.map(digest).find((key) => isOneOf(key, digests));
    if (valid !== undefined) {
      contextOf(res).owner = valid.toString("hex");
      next();
      return;
    }
    res.set("WWW-Authenticate", "Bearer");
    throw new ProblemError(
      "invalid-api-key",
      given.length === 0
        ? "This server needs a key. Send it as the header `Authorization: Bearer <key>` (`api_key` in OpenAI clients)."
        : "The key is not one of this server's.",
    );
  };
}

/** The keys of a request, in the order of their headers. */
function keysIn(req: Request): readonly string[] {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
  return [bearer, req.get("x-api-key"), req.get("api-key")].filter(
    (key) => key !== undefined && key !== "",
  ) as string[];
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
