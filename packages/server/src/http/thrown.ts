import { describeThrown } from "@massgen/core";
import { ProblemError, internalError, problem, type Problem } from "../problem.ts";

/** The problem for a thrown value. A defect is reported without any detail. */
export function toProblem(error: unknown): Problem {
  return knownProblem(error) ?? internalError();
}

/** A host's engine may throw anything, even a value that cannot be inspected. */
function knownProblem(error: unknown): Problem | undefined {
  try {
    return error instanceof ProblemError ? error.problem : fromExpress(error);
  } catch {
    return undefined;
  }
}

/** A defect as the log shows it. The error itself is not logged, since parsers put the client's whole body into it. */
export function describe(error: unknown): { code: string; message: string; stack?: string } {
  return { code: "internal_error", ...describeThrown(error) };
}

/** Recognises errors of Express and its body parser by `type`, or else by their 4xx status. */
function fromExpress(error: unknown): Problem | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { type, status, limit }: { type?: unknown; status?: unknown; limit?: unknown } = error;
  switch (type) {
    case "entity.parse.failed":
      return problem("invalid-body", `The request body is not valid JSON${position(error)}.`);
    case "entity.too.large":
      return problem("request-too-large", `The request body is larger than ${String(limit)} bytes.`);
    case "charset.unsupported":
      return problem("unsupported-media-type", "The charset of the request body is not supported: send UTF-8.");
    case "encoding.unsupported":
      return problem(
        "unsupported-media-type",
        "The Content-Encoding of the request body is not supported: send it plain, or as gzip, deflate, br or zstd.",
      );
    default:
      if (typeof status !== "number" || status < 400 || status > 499) return undefined;
      return error instanceof URIError
        ? problem("invalid-body", "The URL is not properly percent-encoded.")
        : problem("invalid-body", "The request body could not be read.");
  }
}

/** Reports only the position: the parser's own message quotes the body. */
function position(error: object): string {
  const place = error instanceof Error ? /at position \d+/.exec(error.message)?.[0] : undefined;
  return place === undefined ? "" : ` (${place})`;
}
