import { randomUUID } from "node:crypto";
import { problem, type Problem } from "../problem.ts";
import { defaultWire } from "../wires/wires.ts";

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

/** The complete response to bytes that never became a request, for Node's `clientError`. */
export function clientErrorResponse(error: Error): string {
  return rawResponse(toProblem("code" in error ? error.code : undefined));
}

/** The complete response to a client that mistakes this server for a proxy. */
export function connectResponse(): string {
  return rawResponse(problem("method-not-allowed", "CONNECT is not possible here: this server is no proxy."));
}

function rawResponse(found: Problem): string {
  const body = JSON.stringify(defaultWire.problem(found));
  return [
    `HTTP/1.1 ${found.status} ${reasons[found.status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    ...(found.status === 405 ? ["Allow: GET, HEAD, POST, DELETE, OPTIONS"] : []),
    `x-request-id: req_${randomUUID()}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}

function toProblem(code: unknown): Problem {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return problem("headers-too-large", "The request headers are too large.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return problem("request-timeout", "The request did not arrive in time.");
    default:
      return problem("invalid-body", "This is not a valid HTTP request.");
  }
}
