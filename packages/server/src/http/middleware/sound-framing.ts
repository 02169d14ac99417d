import type { RequestHandler } from "express";
import { ProblemError } from "../../problem.ts";

/**
 * Refuses requests that Node accepts but another server on the way may have read differently: HTTP/1.1 with no `Host`
 * or several (RFC 9112, 3.2), and transfer codings other than chunked (6.1), which Node does not decode.
 */
export const soundFraming: RequestHandler = (req, res, next) => {
  const hosts = req.rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === "host").length;
  const coding = req.get("transfer-encoding");
  const problem =
    hosts > 1 || (hosts === 0 && req.httpVersion === "1.1")
      ? `The request has ${hosts === 0 ? "no Host header" : "several Host headers"}.`
      : coding !== undefined && coding.trim().toLowerCase() !== "chunked"
        ? "Of the transfer codings only chunked is supported."
        : undefined;
  if (problem === undefined) {
    next();
    return;
  }
  res.set("Connection", "close");
  throw new ProblemError("invalid-body", problem);
};
