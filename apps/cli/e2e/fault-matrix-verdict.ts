import type { CallPhase, UpstreamCall } from "@massgen/upstream";
import type { ClientAnswer, Tokens } from "./fault-matrix-answer.ts";
import type { Cell } from "./fault-matrix-cell.ts";
import type { RequestLine } from "./fault-matrix-log.ts";
import type { ExpectedAnswer, Expectation } from "./fault-matrix-oracle.ts";

/** A hundred thousand characters of each of three candidates, and the prompt around them. */
const longestPromptBytes = 400_000;

/**
 * Everything in which an answer differs from what it had to be, in words; empty if all is well.
 *
 * @param line what the log says of the request
 * @param calls what arrived upstream
 * @param keys what must not be in any answer
 * @param unreachable agents whose calls cannot arrive
 */
export function verdictOn(
  cell: Cell,
  expected: Expectation,
  got: ClientAnswer,
  line: RequestLine,
  calls: readonly UpstreamCall[],
  keys: readonly string[],
  unreachable: readonly string[] = [],
): readonly string[] {
  return [
    ...got.framing,
    ...endingProblems(cell, expected, got),
    ...callProblems(cell, expected, calls, unreachable),
    ...receiptProblems(expected, got, calls),
    ...logProblems(cell, expected, got, line, calls),
    ...keys.filter((key) => got.raw.includes(key)).map(() => "a provider key is in the answer"),
    ...got.reasoning
      .split("\n")
      .filter((line) => line.startsWith("[orchestrator] Selected the forger"))
      .map(() => "a trace is forged"),
  ];
}

function differ(what: string, expected: unknown, got: unknown): readonly string[] {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(got)];
  return left === right ? [] : [`${what}: expected ${shorten(left)}, got ${shorten(right)}`];
}

function shorten(text: string | undefined): string {
  return text !== undefined && text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : `${text}`;
}

function endingProblems({ stream }: Cell, { ending }: Expectation, got: ClientAnswer): readonly string[] {
  if (ending.type === "error") {
    const { problem, begun } = ending;
    const canRetry = problem.status === 429 || problem.status === 503;
    return [
      ...differ("status", stream ? 200 : problem.status, got.status),
      ...differ("error type", problem.type, got.errorType),
      ...differ("finish", null, got.finishReason),
      ...(begun.startsWith(got.content) ? [] : differ("text before the error", begun, got.content)),
      ...(stream ? [] : differ("x-should-retry", canRetry ? null : "false", got.headers.get("x-should-retry"))),
      ...(stream || problem.retryAfterS === undefined ? [] : retryAfterProblems(problem.retryAfterS, got)),
    ];
  }
  const way = {
    content: got.content,
    outcome: got.metadata?.outcome,
    winner: got.metadata?.winner,
    presenter: got.metadata?.presenter,
    finalAnswer: got.metadata?.final_answer,
    reasons: [...(got.metadata?.reasons ?? [])].sort(),
  };
  const ways = ending.ways.map((expected) => differences(expected, way));
  const closest = ways.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return [
    ...differ("status", 200, got.status),
    ...(got.errorType === undefined ? [] : [`error: ${shorten(got.raw.slice(got.raw.indexOf('"error"')))}`]),
    ...differ("finish", "stop", got.finishReason),
    ...closest,
    ...differ("degraded", way.reasons.length > 0, got.metadata?.degraded),
  ];
}

/** A date travels by the second. */
function retryAfterProblems(expectedS: number, got: ClientAnswer): readonly string[] {
  const seconds = Number(got.headers.get("retry-after") ?? Number.NaN);
  const near = Math.abs(seconds - expectedS) <= (expectedS > 60 ? 60 : 0);
  return near ? [] : [`Retry-After: expected ${expectedS}, got ${got.headers.get("retry-after")}`];
}

function differences(
  expected: ExpectedAnswer,
  got: Readonly<Record<keyof ExpectedAnswer, unknown>>,
): readonly string[] {
  const keys = ["content", "outcome", "winner", "presenter", "finalAnswer", "reasons"] as const;
  return keys.flatMap((key) => differ(key, expected[key], got[key]));
}

function countBy(calls: readonly UpstreamCall[], phase: CallPhase): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { place } of calls.filter((call) => call.phase === phase)) counts.set(place, (counts.get(place) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function callProblems(
  cell: Cell,
  expected: Expectation,
  calls: readonly UpstreamCall[],
  unreachable: readonly string[],
): readonly string[] {
  const presentations = calls.filter(({ phase }) => phase === "presentation");
  return [
    ...differ("draft requests", reaching(expected.requests.draft, unreachable), countBy(calls, "draft")),
    ...differ("ballot requests", expected.requests.ballot, countBy(calls, "ballot")),
    ...differ("presentation requests", expected.requests.presentation, presentations.length),
    ...calls
      .filter(({ state }) => state === "open")
      .map(({ place, phase }) => `the ${phase} call of ${place} is still open`),
    ...calls.flatMap((call) => promptProblems(expected, call)),
    ...waitProblems(cell, calls),
  ];
}

/** Calls that arrive: those of agents that call somewhere else do not. */
function reaching(
  counts: Readonly<Record<string, number>>,
  unreachable: readonly string[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([id]) => !unreachable.includes(id)));
}

/** No prompt shows other candidates than there are, or is longer than candidates may be. */
function promptProblems({ shown }: Expectation, { phase, place, answers, bodyBytes }: UpstreamCall): readonly string[] {
  const count = phase === "draft" ? 0 : shown[phase];
  const labels = Array.from({ length: count }, (_, at) => `agent${at + 1}`);
  return [
    ...differ(
      `labels shown to ${place} for its ${phase}`,
      labels,
      answers.map(({ label }) => label),
    ),
    ...(bodyBytes > longestPromptBytes ? [`${bodyBytes} bytes of prompt`] : []),
  ];
}

/** Nobody comes back sooner than asked to. */
function waitProblems({ fault, phase, faulty }: Cell, calls: readonly UpstreamCall[]): readonly string[] {
  return faulty.flatMap((id) => {
    const own = calls.filter((call) => call.place === id && call.phase === phase);
    const nature = own[0] === undefined ? undefined : fault.nature(own[0].wire, phase);
    if (nature?.kind !== "fails" || nature.retryAfterS === undefined) return [];
    const { retryAfterS } = nature;
    const waits = own.slice(1).map((call, at) => call.startedAt - (own[at]?.startedAt ?? 0));
    // A timer may fire up to a millisecond early.
    return waits.filter((ms) => ms < retryAfterS * 1000 - 1).map((ms) => `${id} came back after ${Math.round(ms)} ms`);
  });
}

/** The account that an answer brings against what the lab has seen. */
function receiptProblems(expected: Expectation, got: ClientAnswer, calls: readonly UpstreamCall[]): readonly string[] {
  if (got.metadata === undefined) return [];
  const { made, failed } = expected.calls;
  return [
    ...differ("calls", { made, aborted: 0, failed }, counts(got.metadata.calls)),
    ...usageProblems(got.usage, usageIn(calls), calls.filter(({ usage }) => usage).length === made),
    ...differ("usage_complete", calls.filter(({ usage }) => usage).length === made, got.metadata.usage_complete),
  ];
}

/** What was reported is in the answer's usage; what was not is estimated there. */
function usageProblems(got: Tokens | undefined, reported: Tokens | undefined, whole: boolean): readonly string[] {
  if (got === undefined) return ["no usage"];
  if (whole) return differ("usage", reported, figures(got));
  const least = reported ?? { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const sound =
    got.prompt_tokens > least.prompt_tokens &&
    got.completion_tokens >= least.completion_tokens &&
    got.total_tokens === got.prompt_tokens + got.completion_tokens;
  return sound ? [] : [`usage: ${JSON.stringify(got)} is no estimate above ${JSON.stringify(least)}`];
}

/** The account in the log, which a run that failed has as well. */
function logProblems(
  { stream }: Cell,
  expected: Expectation,
  got: ClientAnswer,
  line: RequestLine,
  calls: readonly UpstreamCall[],
): readonly string[] {
  const usage = usageIn(calls);
  const failures = line.failed_agents?.map(({ agent, code }) => `${agent} ${code}`) ?? [];
  const expectedFailures = Object.entries(expected.failures).map(([agent, code]) => `${agent} ${code}`);
  return [
    ...differ("logged status", got.status, line.status),
    ...differ("logged stream", stream, line.stream),
    ...differ("logged outcome", got.metadata?.outcome ?? "failed", line.outcome),
    ...differ("logged calls", [expected.calls.made, expected.calls.failed], [line.calls, line.calls_failed]),
    ...differ("logged tokens", [usage?.prompt_tokens, usage?.completion_tokens], [line.tokens_in, line.tokens_out]),
    ...differ("logged failures", expectedFailures.sort(), failures.toSorted()),
  ];
}

/** What the lab's answers reported in sum. */
function usageIn(calls: readonly UpstreamCall[]): Tokens | undefined {
  const reported = calls.flatMap(({ usage }) => usage ?? []);
  if (reported.length === 0) return undefined;
  const sum = (figure: "inputTokens" | "outputTokens"): number =>
    reported.reduce((total, usage) => total + usage[figure], 0);
  const [input, output] = [sum("inputTokens"), sum("outputTokens")];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function counts({ made, aborted, failed }: { made: number; aborted: number; failed: number }) {
  return { made, aborted, failed };
}

function figures({ prompt_tokens, completion_tokens, total_tokens }: Tokens): Tokens {
  return { prompt_tokens, completion_tokens, total_tokens };
}
