// nginx before two servers on one Postgres, as docs/operations.md has it.
import { readFileSync } from "node:fs";
import { hasPostgresForLong, startPostgres } from "@massgen/test-postgres";
import { gated, type ServedTeam, startTeam, teamScript, text } from "@massgen/upstream";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { doublingConfig } from "./doubling-team.ts";
import { startNginx } from "./nginx-proxy.ts";
import { findTool } from "./optional-tools.ts";

const page = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
const [, upstreams = ""] = /^```nginx\n(upstream massgen \{\n {2}least_conn;\n[^]*?)^```$/m.exec(page) ?? [];
const [locations = ""] = /^ {2}location \/v1\/ \{\n[^]*?^ {2}\}\n/m.exec(page) ?? [];

const nginx = findTool("nginx");

describe.skipIf(nginx.skipped || !hasPostgresForLong)("two machines behind nginx", () => {
  it("a run in the background outlives the one that drives it, and its client comes back through nginx", async () => {
    const open = Promise.withResolvers<void>();
    const postgres = await startPostgres();
    const store = await postgres.newDatabase();
    const presentation = () => gated(text("The answer."), open.promise);
    const script = teamScript({ votesFor: "a-model", presentation });
    const start = (): Promise<ServedTeam> =>
      startTeam(script, { config: doublingConfig, env: { MASSGEN_STORE: store } });
    await using first = await start();
    await using second = await start();
    const [one, two] = [first, second].map(({ url }) => new URL(url).host);
    const aimed = upstreams.replace("10.0.0.1:4000", one ?? "").replace("10.0.0.2:4000", two ?? "");
    await using proxy = await startNginx(nginx.path(), locations, aimed);
    const { responses } = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: "not-needed", maxRetries: 5 });

    const numbers: number[] = [];
    let id = "";
    const stream = await responses.create({
      model: "massgen",
      input: "What is 2 * 2?",
      background: true,
      stream: true,
    });
    for await (const event of stream) {
      numbers.push(event.sequence_number);
      if (event.type === "response.created") id = event.response.id;
      if (event.type === "response.reasoning_summary_text.delta" && event.delta.includes("Selected a")) break;
    }
    const driver = first.upstream.calls.length > 0 ? first : second;
    driver.massgen.child.kill("SIGKILL");
    await driver.massgen.exited;
    open.resolve();
    const again = await responses.retrieve(id, { stream: true, starting_after: numbers.at(-1) ?? 0 });
    for await (const event of again) numbers.push(event.sequence_number);
    expect(numbers).toEqual([...numbers.keys()]);
    expect((await responses.retrieve(id)).output_text).toBe("The answer.");
    await postgres.stop();
  });
});
