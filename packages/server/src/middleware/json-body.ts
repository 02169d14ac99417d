import express, { type RequestHandler } from "express";
import { ApiError } from "../openai/errors.ts";

/** Told to a client that sent nothing. */
const noBody = "The request has no body. Send a JSON object.";

/** Reads a JSON body into `req.body`; a body that a host application has parsed already is taken as it is. */
export function jsonBody(limit: number | string): RequestHandler[] {
  // `strict: false` lets the request schema say what is wrong with a body that is no object.
  return [requireJson, express.json({ limit, strict: false, type: () => true })];
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
