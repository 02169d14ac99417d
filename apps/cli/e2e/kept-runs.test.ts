// Background runs through servers that are stopped as deploys stop them, and one that stands still.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MassgenProcess, pointedAt, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { draftOf, teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

let folder: string;
let upstream: Upstream;
/** Resolves when every agent of a team has been asked. */
let asked: PromiseWithResolvers<void>;
let calls: number;
let letGo: PromiseWithResolvers<void>;
let started: MassgenProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-kept-"));
  letGo = Promise.withResolvers();
  started = [];
  expectThree();
  upstream = await startUpstream(
    teamScript({
      draft: async (call) => {
        calls += 1;
        if (calls === 3) asked.resolve();
        await letGo.promise;
        return text(draftOf(call.model));
      },
    }),
  );
});
afterEach(async () => {
  letGo.resolve();
  for (const massgen of started) await massgen[Symbol.asyncDispose]();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

function expectThree(): void {
  calls = 0;
  asked = Promise.withResolvers();
}

async function start(): Promise<MassgenProcess> {
  const store = ["--store", `sqlite:${join(folder, "runs.db")}`, "--drain-timeout", "0"];
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", ...store],
    env: pointedAt(upstream),
    files: { "config.yaml": openaiTeam(["a", "b", "c"]) },
  });
  started.push(massgen);
  return massgen;
}

async function clientOf(massgen: MassgenProcess): Promise<OpenAI> {
  return new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none", maxRetries: 0 });
}

/** The stream of a response that has begun; its text to its end. */
async function responsesStream(massgen: MassgenProcess, id: string): Promise<Promise<string>[]> {
  const response = await fetch(`${await massgen.ready()}/v1/responses/${id}?stream=true`);
  return [response.text()];
}

/** How a stream of a response ends, and whether its numbers have no gap. */
async function endOf(client: OpenAI, id: string): Promise<string | undefined> {
  let last: OpenAI.Responses.ResponseStreamEvent | undefined;
  let next = 0;
  for await (const event of await client.responses.retrieve(id, { stream: true })) {
    expect(event.sequence_number).toBe(next);
    next += 1;
    last = event;
  }
  return last?.type;
}

const question = { model: "massgen", input: "Why is the sky blue?", background: true } as const;

test("a run outlives any number of servers that are stopped", async () => {
  let massgen = await start();
  const { id } = await (await clientOf(massgen)).responses.create(question);
  for (let stops = 0; stops < 3; stops += 1) {
    await asked.promise;
    expectThree();
    // Who watches is let go, to come back to the next server, and makes the stop no failure.
    const [watching] = await responsesStream(massgen, id);
    massgen.child.kill("SIGTERM");
    expect(await massgen.exited).toEqual({ code: 0, signal: null });
    expect(await watching).not.toMatch(/response\.(completed|failed|incomplete)|\[DONE\]/);
    massgen = await start();
  }
  await asked.promise;
  const client = await clientOf(massgen);
  letGo.resolve();
  expect(await endOf(client, id)).toBe("response.completed");
  await massgen.prints(`"run_id":"run_${id.slice("resp_".length)}"`);
});

test("a server that stands still keeps its file, and goes on where it stood", async () => {
  const massgen = await start();
  const client = await clientOf(massgen);
  const { id } = await client.responses.create(question);
  await asked.promise;
  const end = endOf(client, id);
  massgen.child.kill("SIGSTOP");
  letGo.resolve();
  const second = await start();
  expect((await second.exited).code).toBe(2);
  expect(second.stderr()).toContain("another massgen server keeps its runs in");
  massgen.child.kill("SIGCONT");
  expect(await end).toBe("response.completed");
  expect(calls).toBe(3);
});
