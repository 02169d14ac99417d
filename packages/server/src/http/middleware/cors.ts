import type { Request, RequestHandler } from "express";

/**
 * Headers that pages of other origins may send. The vendors' clients describe their platform in a dozen headers with
 * one prefix.
 */
const sendable =
  /^(authorization|(x-)?api-key|content-type|x-request-id|traceparent|tracestate|x-massgen-[a-z0-9-]+|last-event-id|x-stainless-[a-z0-9-]+|openai-(organization|project|beta)|anthropic-(version|beta|dangerous-direct-browser-access))$/;

const readable = [
  "openai-processing-ms",
  "request-id",
  "retry-after",
  "retry-after-ms",
  "x-massgen-estimated",
  "x-massgen-run-id",
  "x-request-id",
  "x-should-retry",
].join(", ");

/**
 * Allows pages of these origins (`*`: of every origin) to call the server from a browser. Comes before every check: to
 * a page, an error that it may not read looks like a dead server, and preflights carry no key.
 */
export function cors(origins: () => readonly string[]): RequestHandler {
  return (req, res, next) => {
    const allowed = origins();
    if (allowed.length === 0) {
      next();
      return;
    }
    const everyone = allowed.includes("*");
    if (!everyone) res.vary("Origin");
    const origin = req.get("origin");
    if (origin === undefined || !mayCall(origin, allowed)) {
      next();
      return;
    }
    res.set({ "Access-Control-Allow-Origin": everyone ? "*" : origin, "Access-Control-Expose-Headers": readable });
    next();
  };
}

/** Tells a page admitted by {@link cors} what it may send. */
export const answerPreflight: RequestHandler = (req, res, next) => {
  if (res.get("Access-Control-Allow-Origin") === undefined || !isPreflight(req)) {
    next();
    return;
  }
  res.vary("Access-Control-Request-Headers");
  res
    .set({
      "Access-Control-Allow-Methods": "GET, HEAD, POST, DELETE, OPTIONS",
      "Access-Control-Allow-Headers": wantedHeaders(req)
        .filter((name) => sendable.test(name))
        .join(", "),
      "Access-Control-Max-Age": "7200",
    })
    .status(204)
    .end();
};

/** Whether pages of an origin may call. */
export function mayCall(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => one === "*" || asSent(one) === origin.toLowerCase());
}

/** An origin as browsers write it: without default port, international names in punycode. */
function asSent(origin: string): string {
  return /^https?:/i.test(origin) && URL.canParse(origin) ? new URL(origin).origin : origin.toLowerCase();
}

function isPreflight(req: Request): boolean {
  return req.method === "OPTIONS" && req.get("access-control-request-method") !== undefined;
}

function wantedHeaders(req: Request): string[] {
  return (req.get("access-control-request-headers") ?? "").split(",").map((name) => name.trim().toLowerCase());
}
