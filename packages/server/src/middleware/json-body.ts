import express, { type RequestHandler } from "express";
import { ApiError } from "../openai/errors.ts";

/** Told to a client that sent nothing. */
const noBody = "The request has no body. Send a JSON object.";

/** Reads a JSON body into `req.body`; a body that a host application has parsed already is taken as it is. */
export function jsonBody(limit: number | string): RequestHandler[] {
  // `strict: false` lets the request schema say what is wrong with a body that is no object.
  return [requireJson, refuseDeclaredSize(bytesOf(limit)), express.json({ limit, strict: false, type: () => true })];
}

/** The parser would read a body that says it is too large to its end before it refuses it. */
function refuseDeclaredSize(limit: number): RequestHandler {
  return (req, res, next) => {
    if (Number(req.get("content-length") ?? 0) > limit && req.body === undefined) {
      res.set("Connection", "close");
      throw new ApiError("body-too-large", `The request body is larger than ${limit} bytes.`);
    }
    next();
  };
}

const units = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** The bytes of a size such as `20mb`; without a limit where it cannot be read. */
function bytesOf(limit: number | string): number {
  if (typeof limit === "number") return limit;
  const [, amount, unit = "b"] = /^\s*(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?\s*$/i.exec(limit) ?? [];
  return amount === undefined ? Infinity : Number(amount) * units[unit.toLowerCase() as keyof typeof units];
}

const requireJson: RequestHandler = (req, _res, next) => {
  if (req.get("content-length") === "0") throw new ApiError("invalid-body", noBody);
  if (req.is(["json", "+json"]) === false) {
    const sent = req.get("content-type");
    throw new ApiError(
      "unsupported-media-type",
      `The body must be JSON: send "Content-Type: application/json"${sent === undefined ? "" : ` instead of "${sent.slice(0, 100)}"`}.`,
    );
  }
  next();
};
