// Servers that share one Postgres, over HTTP.
import { hasPostgres, startPostgres, type TestPostgres } from "@massgen/test-postgres";
import { type MassgenProcess, pointedAt, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

/** One agent, whose account takes one call at a time. */
const config = "agents:\n  - id: a\n    backend: { type: openai, model: a-model, max_concurrency: 1 }\n";

describe.skipIf(!hasPostgres)("two servers on one Postgres", () => {
  let postgres: TestPostgres;
  let upstream: Upstream;
  let url: string;
  let letGo: PromiseWithResolvers<void>;
  let started: MassgenProcess[];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    started = [];
    letGo = Promise.withResolvers();
    url = await postgres.newDatabase();
    upstream = await startUpstream(async () => {
      await letGo.promise;
      return text("Because.");
    });
  });
  afterEach(async () => {
    letGo.resolve();
    for (const massgen of started) await massgen[Symbol.asyncDispose]();
    await upstream.close();
  });

  /** Two servers with the same settings; each gets a client for each key. */
  async function clients(args: readonly string[], keys: readonly string[] = ["none"]): Promise<OpenAI[][]> {
    const start = async (): Promise<OpenAI[]> => {
      const massgen = await startMassgen({
        args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", ...args],
        env: { ...pointedAt(upstream), MASSGEN_STORE: url },
        files: { "config.yaml": config, keys: keys.map((key) => `${key.slice(3)}: ${key}\n`).join("") },
      });
      started.push(massgen);
      const baseURL = `${await massgen.ready()}/v1`;
      return keys.map((apiKey) => new OpenAI({ baseURL, apiKey, maxRetries: 0 }));
    };
    return Promise.all([start(), start()]);
  }

  const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
  const asked = { model: "massgen", messages: [...messages], store: true, metadata: { ticket: "7" } };

  test("a completion that one stores is fetched, listed and deleted at the other, by its key alone", async () => {
    letGo.resolve();
    const [[ada, bob], [there, bobThere]] = (await clients(["--api-key-file", "keys"], ["sk-ada", "sk-bob"])) as [
      [OpenAI, OpenAI],
      [OpenAI, OpenAI],
    ];
    const made = await ada.chat.completions.create(asked);
    const { completions } = there.chat;
    expect(await completions.retrieve(made.id)).toEqual(made);
    const sent = await completions.messages.list(made.id);
    expect(sent.data).toMatchObject([{ role: "user", content: "Why is the sky blue?" }]);

    let streamed = "";
    for await (const chunk of await there.chat.completions.create({ ...asked, stream: true })) streamed = chunk.id;
    await bob.chat.completions.create(asked);
    await ada.chat.completions.create({ ...asked, store: false });
    const listed: string[] = [];
    for await (const { id } of ada.chat.completions.list({ limit: 1 })) listed.push(id);
    expect(listed).toEqual([streamed, made.id]);

    const gone = { status: 404 };
    await expect(bobThere.chat.completions.retrieve(made.id)).rejects.toMatchObject(gone);
    await expect(bobThere.chat.completions.delete(made.id)).rejects.toMatchObject(gone);
    expect(await completions.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(ada.chat.completions.retrieve(made.id)).rejects.toMatchObject(gone);
    await expect(ada.chat.completions.messages.list(made.id)).rejects.toMatchObject(gone);
    expect((await ada.chat.completions.list()).data.map(({ id }) => id)).toEqual([streamed]);
  });

  test.each([
    ["by default one call goes out at a time, from whichever", []],
    ["with --shared-limits false each sends its own", ["--shared-limits", "false"]],
  ])("%s", async (_, args) => {
    const [[here], [there]] = (await clients(args)) as [[OpenAI], [OpenAI]];
    const answers = [here.chat.completions.create(asked)];
    await upstream.waitForCall((call) => call.n === 1);
    answers.push(there.chat.completions.create(asked));
    if (args.length > 0) await upstream.waitForCall((call) => call.n === 2);
    else {
      const waiting = async (): Promise<string> => (await fetch(there.baseURL.replace(/v1$/, "metrics"))).text();
      await expect.poll(waiting, { timeout: 20_000 }).toContain("massgen_calls_waiting 1\n");
      expect(upstream.openCalls()).toBe(1);
    }
    letGo.resolve();
    for (const answer of answers) expect((await answer).choices[0]?.message.content).toBe("Because.");
  });
});
