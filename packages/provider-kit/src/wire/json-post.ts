import { createBodyReader } from "./body-reader.ts";
import type { CallGuard } from "./call-guard.ts";
import { broken, unreachable, type CallSite } from "./call-site.ts";
import { parseJson, type JsonObject } from "./json-value.ts";
import { peek } from "./early-refusal.ts";
import { ask, type HttpAnswer } from "./http-answer.ts";
import { retryAfterOf } from "./retry-after.ts";
import { failureOf, type UpstreamFailure } from "./upstream-failure.ts";

/** A request with a JSON body. */
export interface JsonPost {
  readonly url: string;
  /** Besides `content-type`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Either an answer with a good status, to be read from its beginning, or the service's refusal. */
export type PostResult =
  | { readonly type: "answer"; readonly response: HttpAnswer }
  | { readonly type: "refusal"; readonly failure: UpstreamFailure };

/** The most characters of a refusal that are read: some quote the whole request, or what the model wrote. */
const longestRefusal = 4 * 1024 * 1024;

/**
 * Sends a request and waits until its answer begins, within the limits of the call.
 * @throws MassgenError `connection`, and what the guard ends the call with
 */
export async function postJson(
  site: CallSite,
  fetch: typeof globalThis.fetch,
  { url, headers, body }: JsonPost,
  guard: CallGuard,
): Promise<PostResult> {
  guard.check();
  guard.requestSent();
  if (body["stream"] === false) guard.expectWhole();
  let response: HttpAnswer;
  try {
    const sent = ask(fetch, url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      signal: guard.signal,
    });
    response = await guard.wait(sent);
  } catch (error) {
    guard.check();
    throw unreachable(site, error);
  }
  if (response.status >= 200 && response.status <= 299) {
    const peeked = await peek(response, guard);
    return "failure" in peeked ? { type: "refusal", ...peeked } : { type: "answer", ...peeked };
  }
  return { type: "refusal", failure: await refusalIn(response, url, site, guard) };
}

async function refusalIn(
  response: HttpAnswer,
  url: string,
  site: CallSite,
  guard: CallGuard,
): Promise<UpstreamFailure> {
  const { status, headers } = response;
  const target = headers.get("location");
  if (status >= 300 && status < 400) {
    if (target === null) return { status, message: "a redirect came that leads nowhere; check base_url" };
    const final = URL.parse(target, url);
    const web = final?.protocol === "http:" || final?.protocol === "https:";
    const place = web ? `${final.origin}${final.pathname}; give the final one as base_url` : "no web address";
    return { status, message: `the address redirects to ${place}` };
  }
  // A refusal counts as a sign of work: the service has begun to answer.
  guard.worked();
  const body = createBodyReader(response.body, guard, (cause) => broken(site, cause));
  let text = "";
  try {
    for (let piece = await body.read("answer"); piece !== undefined; piece = await body.read("answer")) {
      text += piece;
      if (text.length > longestRefusal) break;
    }
  } catch {
    // An unreadable body is no error, because the status says enough, unless we ended the call.
    guard.check();
  }
  // Gives up a body that is too long, because the call may go on and would keep the connection.
  body.giveUp();
  const retryAfterMs = retryAfterOf(headers, Date.now());
  return { ...failureOf(parseJson(text) ?? text, status), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
