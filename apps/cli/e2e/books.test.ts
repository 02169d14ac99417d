// What receipts, log and metrics say about calls must be what models have seen, whatever happens
// to them.
import { httpError, teamScript } from "@massgen/upstream";
import { expect, it } from "vitest";
import { metadataOf, question } from "./completion.ts";
import { openaiTeam, serveTeam } from "./team.ts";

interface Line {
  readonly msg: string;
  readonly route?: string;
  readonly calls?: number;
  readonly calls_failed?: number;
}

const runs = 40;

/** One value of a page of metrics, summed over all labels that match. */
function sumOf(page: string, name: string, labels: RegExp): number {
  const lines = page.split("\n").filter((line) => line.startsWith(`${name}{`) && labels.test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

it.each(["max_concurrency: 2", "max_concurrency: 1", "requests_per_minute: 100", "tokens_per_minute: 100000"])(
  "%s: receipts, log, metrics and models agree on the calls, also when some fail and clients leave",
  async (limit) => {
    const healthy = teamScript({});
    const config = openaiTeam(["a", "b", "c"], "timeout_settings: { orchestrator_timeout_seconds: 20 }\n");
    await using served = await serveTeam(
      (call) => {
        if (call.n % 19 === 0) return httpError(429, undefined, { "retry-after-ms": "50" });
        if (call.n % 23 === 0) return httpError(503);
        // One that teaches nothing: a call that was refused for its form may take several requests.
        if (call.n % 29 === 0) return httpError(403);
        return healthy(call);
      },
      { config: config.replace("type: openai,", `type: openai, ${limit},`) },
    );
    const made = await Promise.all(
      Array.from({ length: runs }, async (_, n) => {
        const gone = new AbortController();
        if (n % 5 === 0) void served.upstream.waitForCall((call) => call.n === 1 + n).then(() => gone.abort());
        try {
          const params = { model: "massgen", messages: question };
          const answer = await served.client.chat.completions.create(params, { signal: gone.signal });
          return (metadataOf(answer)["calls"] as { readonly made: number }).made;
        } catch {
          return undefined;
        }
      }),
    );
    const lines = (): readonly Line[] =>
      served.massgen
        .stderr()
        .split("\n")
        .flatMap((line) => (line.includes('"msg":"request"') ? [JSON.parse(line) as Line] : []));
    await expect.poll(() => lines().length).toBe(runs);
    const logged = lines().map(({ calls = 0 }) => calls);
    const total = logged.reduce((sum, calls) => sum + calls, 0);
    const page = await (await fetch(`${served.url}/metrics`)).text();
    await served.upstream.idle();

    for (const calls of made) if (calls !== undefined) expect(logged).toContain(calls);
    expect(sumOf(page, "massgen_calls_total", /result="(?!unsent)/)).toBe(total);
    expect(sumOf(page, "massgen_runs_total", /./)).toBe(runs);
    // A call may be called off on its way.
    const aborted = sumOf(page, "massgen_calls_total", /result="aborted"/);
    const seen = served.upstream.calls.length;
    expect(seen).toBeLessThanOrEqual(total);
    expect(seen).toBeGreaterThanOrEqual(total - aborted);
    expect(page).toContain("massgen_calls_waiting 0\n");
    expect(page).toContain("massgen_runs_in_flight 0\n");
  },
);
