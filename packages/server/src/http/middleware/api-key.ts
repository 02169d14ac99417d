import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { ownerOfName } from "../../runs/key-owner.ts";
import type { ApiKey } from "../options.ts";
import { contextOf } from "../request-context.ts";
import { ProblemError } from "../../problem.ts";

/** The headers in which clients for OpenAI, Anthropic and Azure send a key. */
const keyHeaders = ["authorization", "x-api-key", "api-key"];

/**
 * Admits only requests with one of the keys (`Authorization: Bearer <key>`, `x-api-key` or `api-key`), or everyone if
 * there are no keys. The first key that is right admits the request and owns its run: proxies add keys of their own.
 * The keys are read for every request, so they can change. No later handler sees those headers, so none can log them.
 *
 * @param wrong what a request is told whose key is none of them
 */
export function requireApiKey(
  keys: () => readonly ApiKey[],
  wrong = "The key is not one of this server's.",
): RequestHandler {
  const keyOf = keyFinder(keys);
  return (req, res, next) => {
    const given = takeKeys(req);
    if (keys().length === 0) {
      next();
      return;
    }
    const valid = keyOf(given);
    if (valid === undefined) throw noKey(res, given, wrong);
    const context = contextOf(res);
    context.owner = valid.owner;
    if (valid.name !== undefined) context.key = valid.name;
    if (valid.teams !== undefined) context.teams = valid.teams;
    if (valid.maxUsdPerDay !== undefined) context.maxUsdPerDay = valid.maxUsdPerDay;
    next();
  };
}

/**
 * Admits to the runs only requests with a key, whatever address they come from: every reverse proxy has a loopback one.
 * An admin's key shows everybody's runs, a client's its own. Keys count in headers only: no other page can make a
 * browser send one.
 */
export function requireRunsKey(
  keys: () => { readonly adminKeys: readonly ApiKey[]; readonly apiKeys: readonly ApiKey[] },
): RequestHandler {
  const adminOf = keyFinder(() => keys().adminKeys);
  const clientOf = keyFinder(() => keys().apiKeys);
  return (req, res, next) => {
    const given = takeKeys(req);
    const context = contextOf(res);
    const admin = adminOf(given);
    const valid = admin ?? clientOf(given);
    if (valid === undefined) {
      const { adminKeys, apiKeys } = keys();
      const none = adminKeys.length + apiKeys.length === 0;
      throw noKey(
        res,
        given,
        none ? "No key of this server shows runs." : "The key is neither an admin's nor a client's.",
      );
    }
    context.sees = admin === undefined ? { owner: valid.owner } : "everybody";
    if (valid.name !== undefined) context.key = valid.name;
    next();
  };
}

function noKey(res: Response, given: readonly string[], wrong: string): ProblemError {
  res.set("WWW-Authenticate", "Bearer");
  return new ProblemError(
    "invalid-api-key",
    given.length === 0
      ? "This server needs a key. Send it as the header `Authorization: Bearer <key>` (`api_key` in OpenAI clients)."
      : wrong,
  );
}

/** The keys of a request, which no later handler sees. */
function takeKeys(req: Request): readonly string[] {
  const given = keysIn(req);
  for (const name of keyHeaders) delete req.headers[name];
  return given;
}

/** Finds the first of the given keys that is right. The right ones are read anew each time, so they can change. */
function keyFinder(keys: () => readonly ApiKey[]): (given: readonly string[]) => KnownKey | undefined {
  let digested: readonly ApiKey[] = [];
  let knownKeys: readonly KnownKey[] = [];
  return (given) => {
    const known = keys();
    if (known !== digested) {
      digested = known;
      knownKeys = known.map(knownKey);
    }
    return given.map((key) => found(digest(key), knownKeys)).find((key) => key !== undefined);
  };
}

/** The keys of a request, in the order of their headers. */
function keysIn(req: Request): readonly string[] {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(req.get("authorization") ?? "") ?? [];
  return [bearer, req.get("x-api-key"), req.get("api-key")].filter(
    (key) => key !== undefined && key !== "",
  ) as string[];
}

/** A key that lets in, as it is compared. */
interface KnownKey {
  readonly digest: Buffer;
  readonly owner: string;
  readonly name?: string;
  readonly teams?: readonly string[];
  readonly maxUsdPerDay?: number;
}

function knownKey(key: ApiKey): KnownKey {
  if (typeof key !== "string") {
    const { key: text, ...named } = key;
    return { ...named, digest: digest(text), owner: ownerOfName(key.name) };
  }
  const own = digest(key);
  return { digest: own, owner: own.toString("hex") };
}

/** All digests have the same length, so comparing any wrong key takes the same time. */
function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function found(given: Buffer, keys: readonly KnownKey[]): KnownKey | undefined {
  let match: KnownKey | undefined;
  for (const known of keys) if (timingSafeEqual(given, known.digest)) match = known;
  return match;
}
