import express, { type Request, type RequestHandler, type Response } from "express";
import type { IncomingMessage } from "node:http";
import type { BodyMemory } from "../body-memory.ts";
import { bytesOf } from "../byte-size.ts";
import type { JsonLimits } from "../body/json-limits.ts";
import { parseJson } from "../body/parse-json.ts";
import { ProblemError } from "../../problem.ts";
import { contextOf } from "../request-context.ts";

/** The message for an empty body. */
const noBody = "The request has no body. Send a JSON object.";

export interface BodyLimits extends JsonLimits {
  /** Bytes, or text such as `20mb`. */
  readonly size: number | string;
}

/** Reads a JSON body into `req.body`. Accepts a body that a host application has already parsed. */
export function jsonBody(limits: () => BodyLimits, memory: BodyMemory): RequestHandler[] {
  const size = (): number | string => limits().size;
  return [requireJson, refuseDeclaredSize(() => bytesOf(size())), read(size, memory), parse(limits)];
}

/** Without this check, the parser would read a body with an excessive declared size to its end. */
function refuseDeclaredSize(limit: () => number): RequestHandler {
  return (req, res, next) => {
    if (declaredSize(req) > limit() && req.body === undefined) {
      throw tooLarge(res, limit());
    }
    next();
  };
}

/** Stops reading the body: the connection ends with the answer. */
function tooLarge(res: Response, most: number): ProblemError {
  res.set("Connection", "close");
  return new ProblemError("request-too-large", `The request body is larger than ${most} bytes.`);
}

function read(limit: () => number | string, memory: BodyMemory): RequestHandler {
  const resizeOf = new WeakMap<IncomingMessage, (bytes: number) => void>();
  const parserOf = (most: number | string): RequestHandler =>
    express.raw({
      limit: most,
      type: () => true,
      verify: (req, _res, body) => resizeOf.get(req)?.(body.length),
    });
  let parser = { limit: limit(), run: parserOf(limit()) };
  return (req, res, next) => {
    if (req.body !== undefined) {
      next();
      return;
    }
    if (parser.limit !== limit()) parser = { limit: limit(), run: parserOf(limit()) };
    // The size of a chunked or compressed body is unknown until it has arrived.
    const most = bytesOf(parser.limit);
    const share = memory.take(isPlain(req) ? declaredSize(req) : most);
    resizeOf.set(req, share.resize);
    // A run holds its request, and may outlive the response.
    res.once("close", () => void (contextOf(res).runEnded ?? Promise.resolve()).then(share.giveBack));
    let settled = false;
    const settle = (error?: unknown): void => {
      if (settled) return;
      settled = true;
      next(error);
    };
    parser.run(req, res, settle);
    if (!isPlain(req) && !settled) watchSize(req, most, () => settle(tooLarge(res, most)));
  };
}

/**
 * Calls `refuse` when a body exceeds its size limit. The parser would first read it to its end, which may never come.
 */
function watchSize(req: Request, most: number, refuse: () => void): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= most) return;
    req.off("data", count);
    refuse();
  };
  req.on("data", count);
}

function parse(limits: () => BodyLimits): RequestHandler {
  return async (req, res, next) => {
    if (Buffer.isBuffer(req.body)) {
      const body: Buffer = req.body;
      if (body.length === 0) throw new ProblemError("invalid-body", noBody);
      req.body = await parseJson(body, limits(), () => !res.destroyed);
    }
    next();
  };
}

function declaredSize(req: Request): number {
  return Number(req.get("content-length") ?? 0);
}

function isPlain(req: Request): boolean {
  return req.get("content-length") !== undefined && (req.get("content-encoding") ?? "identity") === "identity";
}

const requireJson: RequestHandler = (req, _res, next) => {
  if (req.get("content-length") === "0") throw new ProblemError("invalid-body", noBody);
  if (req.is(["json", "+json"]) === false) {
    const sent = req.get("content-type");
    throw new ProblemError(
      "unsupported-media-type",
      `The body must be JSON: send "Content-Type: application/json"${sent === undefined ? "" : ` instead of "${sent.slice(0, 100)}"`}.`,
    );
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(req.get("content-type") ?? "")?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    const message = `The charset of the request body is not supported: send UTF-8 instead of "${charset.slice(0, 40)}".`;
    throw new ProblemError("unsupported-media-type", message);
  }
  next();
};
