import type { CallGuard } from "./call-guard.ts";
import { createEventSplitter, type EventSplitter, type StreamPart } from "./event-splitter.ts";
import { codeOf } from "./failure-code.ts";
import type { ByteSource, HttpAnswer } from "./http-answer.ts";
import { objectOf, objectsIn, parseJson, textOf, type JsonObject } from "./json-value.ts";
import { failureBeside, flatFailure, isFailureName } from "./stream-failure.ts";
import { failureOf, type UpstreamFailure } from "./upstream-failure.ts";

/** The most characters that are looked through: refusals are short, and come first. */
const mostSearched = 64 * 1024;

/** What a refusal has in it; most documents are without any of it, and are not parsed here. */
const signs = /err|fail|exception|detail|"code"|status_code|"success"/i;

/** What an answer has in it that has begun. Nearly every answer is known by its first read, and is not parsed here. */
const speech = /"(?:content|text|reasoning|reasoning_content|thinking|arguments)":\s?"[^"]/;

/** A character that is cut by a read matters to no sign. */
const decoder = new TextDecoder();

/** Fields that answers have on any wire. */
const answerFields = ["choices", "candidates", "output", "response", "content", "content_block", "delta", "item"];

/** Events of the Responses API before anything is generated. */
const announcements = new Set(["response.created", "response.queued", "response.in_progress"]);

/** An answer that can still be read from its beginning, or the refusal that it is. */
export type Peeked = { readonly response: HttpAnswer } | { readonly failure: UpstreamFailure };

/**
 * Looks for a refusal at the beginning of an answer with a good status: many gateways, and servers that send their
 * headers before they look at the request, refuse inside of a 200. Nothing was generated then, so it says as much as a
 * refusal with a status of its own. Failures that are not about the request are left for the reader of the answer.
 */
export async function peek(response: HttpAnswer, guard: CallGuard): Promise<Peeked> {
  const { body } = response;
  if (body === undefined) return { response };
  const pieces: Uint8Array[] = [];
  const judge = createJudge();
  let broken: { readonly cause: unknown } | undefined;
  for (let over = false; !over;) {
    let bytes: Uint8Array | undefined;
    try {
      bytes = await guard.wait(body.read());
    } catch (cause) {
      guard.check();
      broken = { cause };
      break;
    }
    over = bytes === undefined;
    if (bytes !== undefined) pieces.push(bytes);
    const verdict = judge(bytes === undefined ? "" : decoder.decode(bytes), over);
    if (verdict === "answer") break;
    if (verdict === "undecided") continue;
    const failure = refusalAs(verdict);
    if (failure === undefined) break;
    // As for refusals with a status: the service has begun to answer.
    guard.worked();
    body.cancel();
    return { failure };
  }
  const { status, headers } = response;
  return { response: { status, headers, body: replayed(pieces, body, broken) } };
}

type Verdict = "answer" | "undecided" | UpstreamFailure;

/** Makes the judge of one answer, which is given its text piece by piece. */
function createJudge(): (text: string, ended: boolean) => Verdict {
  let splitter: EventSplitter | undefined;
  const document: string[] = [];
  let begun = false;
  let searched = 0;

  return (text, ended) => {
    searched += text.length;
    if (searched > mostSearched) return "answer";
    if (!begun && text.trim() === "") return ended ? "answer" : "undecided";
    const first = !begun;
    begun = true;
    if (first && speech.test(text) && !signs.test(text)) return "answer";
    if (document.length > 0 || (first && /^\s*[{[]/.test(text))) {
      document.push(text);
      // It may be whole long before its connection says so.
      return first || ended ? ofDocument(document.join(""), ended) : "undecided";
    }
    splitter ??= createEventSplitter();
    const parts = [...splitter.push(text), ...(ended ? splitter.end() : [])];
    const verdicts = parts.filter(({ type }) => type !== "comment").map(ofPart);
    return verdicts.find((verdict) => verdict !== "undecided") ?? (ended ? "answer" : "undecided");
  };
}

function ofDocument(text: string, ended: boolean): Verdict {
  const value = signs.test(text) ? parseJson(text) : undefined;
  if (value === undefined) return ended ? "answer" : "undecided";
  const object = objectOf(Array.isArray(value) ? (value as unknown[])[0] : value);
  return object === undefined ? "answer" : ofObject(object);
}

function ofPart(part: StreamPart): Verdict {
  if (part.type !== "event") return "answer";
  if (part.data.trim() === "") return "undecided";
  const value = parseJson(part.data);
  if (isFailureName(part.name)) return failureOf(value ?? part.data);
  const object = objectOf(value);
  return object === undefined ? "answer" : ofObject(object);
}

function ofObject(object: JsonObject): Verdict {
  const failure = failureBeside(object) ?? failureBeside(objectOf(object["response"]));
  const choices = objectsIn(object["choices"]);
  if (failure !== undefined && choices.every(isSilent)) return failure;
  if (announcements.has(textOf(object["type"]) ?? "")) return "undecided";
  if (choices.length > 0)
    return choices.every(isSilent) && objectOf(object["usage"]) === undefined ? "undecided" : "answer";
  const partOfAnswer = answerFields.some((name) => object[name] !== undefined && object[name] !== null);
  return partOfAnswer ? "answer" : (flatFailure(object) ?? "answer");
}

/** Whether a choice says nothing yet: most services begin with the role. */
function isSilent({ delta, message, text, finish_reason: finish }: JsonObject): boolean {
  if (message !== undefined || text !== undefined || (finish !== undefined && finish !== null)) return false;
  const { role: _, ...rest } = objectOf(delta) ?? {};
  return Object.values(rest).every((value) => value === null || value === "");
}

/**
 * A failure as a refusal with a status; undefined when it is not about the request. Where the service only says that it
 * failed, that may pass, as with HTTP 500.
 */
function refusalAs(failure: UpstreamFailure): UpstreamFailure | undefined {
  const { status } = failure;
  switch (codeOf(failure)) {
    case "invalid-request":
      return { ...failure, status: status === 422 ? 422 : 400 };
    case "upstream-failed":
      return status === undefined || status === 500 || status === 501
        ? { ...failure, status: status ?? 500 }
        : undefined;
    default:
      return undefined;
  }
}

/** A body from its beginning: first what was read of it, then the rest. */
function replayed(pieces: Uint8Array[], rest: ByteSource, broken: { readonly cause: unknown } | undefined): ByteSource {
  return {
    read(gatherMs) {
      const piece = pieces.shift();
      if (piece !== undefined) return Promise.resolve(piece);
      return broken === undefined ? rest.read(gatherMs) : Promise.reject(broken.cause);
    },
    cancel: () => rest.cancel(),
  };
}
