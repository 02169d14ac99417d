import { parseErrorBody, type ErrorBodyShape } from "./error-body.ts";

/** What the frames of a stream hold, `[DONE]` left out. */
export interface StreamFrames {
  readonly chunks: readonly unknown[];
  /** How the stream failed. */
  readonly error?: ErrorBodyShape;
}

const end = "data: [DONE]\n\n";
const failure = /(?:^|\n\n)data: ([^\n\r]*)\n\nevent: error\ndata: ([^\n\r]*)\n\n$/;

/**
 * Reads a whole stream, comments left out.
 * @throws TypeError when it does not end with the only `[DONE]`, a frame is not one `data:` line, or an error is not
 *   told in the two ways that clients know: a frame of data, then the same as an `error` event, and nothing after that
 */
export function readFrames(body: string): StreamFrames {
  const text = body.replaceAll(/^: keep-alive\n/gm, "");
  if (!text.endsWith(end)) throw new TypeError(`The stream does not end with [DONE]: ${body.slice(-200)}`);
  const frames = text.slice(0, -end.length);
  const [tail, first, second] = failure.exec(frames) ?? [];
  if (first !== second) throw new TypeError(`One failure is told in two ways: ${first} ${second}`);
  const good = tail === undefined ? frames : `${frames.slice(0, -tail.length)}${tail.startsWith("\n") ? "\n\n" : ""}`;
  const parts = good.split("\n\n");
  if (parts.pop() !== "") throw new TypeError("A frame does not end.");
  const chunks = parts.map((frame): unknown => {
    if (!/^data: (?!\[DONE\])[^\n\r]*$/.test(frame)) throw new TypeError(`Not one data line: ${frame.slice(0, 200)}`);
    return JSON.parse(frame.slice("data: ".length));
  });
  if (chunks.some((chunk) => typeof chunk === "object" && chunk !== null && "error" in chunk)) {
    throw new TypeError("An error is told once, or before the end.");
  }
  return { chunks, ...(first !== undefined && { error: parseErrorBody(JSON.parse(first)) }) };
}
