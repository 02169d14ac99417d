// A run in the background that a server begins with one team, and the next goes on with another.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MassgenProcess, pointedAt, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { draftOf, teamScript } from "./script.ts";

let folder: string;
let upstream: Upstream;
/** The models that were asked, and what resolves once it were three. */
let asked: string[];
let three: PromiseWithResolvers<void>;
let letGo: PromiseWithResolvers<void>;
let started: MassgenProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-changed-"));
  asked = [];
  three = Promise.withResolvers();
  letGo = Promise.withResolvers();
  started = [];
  upstream = await startUpstream((call) => {
    asked.push(`${call.model} ${call.phase}`);
    return teamScript({
      draft: async () => {
        if (asked.length === 3) three.resolve();
        await letGo.promise;
        return text(draftOf(call.model));
      },
    })(call);
  });
});
afterEach(async () => {
  letGo.resolve();
  for (const massgen of started) await massgen[Symbol.asyncDispose]();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a server for agents with these models. */
async function start(team: Readonly<Record<string, string>>): Promise<OpenAI> {
  const agents = Object.entries(team).map(([id, model]) => `{ id: ${id}, backend: { type: openai, model: ${model} } }`);
  const store = ["--store", `sqlite:${join(folder, "runs.db")}`, "--drain-timeout", "0"];
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", ...store],
    env: pointedAt(upstream),
    files: { "config.yaml": `agents: [${agents.join(", ")}]\n` },
  });
  started.push(massgen);
  return new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none", maxRetries: 0 });
}

/** What becomes of a run that was begun by a, b and c on models of their names. */
async function goneOnWith(team: Readonly<Record<string, string>>) {
  const before = await start({ a: "a-model", b: "b-model", c: "c-model" });
  const { id } = await before.responses.create({ model: "massgen", input: "Why?", background: true });
  await three.promise;
  started[0]?.child.kill("SIGTERM");
  await started[0]?.exited;
  asked.length = 0;
  letGo.resolve();
  const after = await start(team);
  await expect.poll(async () => (await after.responses.retrieve(id)).status).not.toBe("in_progress");
  const response = await after.responses.retrieve(id);
  return response as typeof response & {
    readonly massgen_metadata?: { readonly degraded: boolean; readonly reasons: readonly string[] };
  };
}

test("agents that are gone, or have another model, fail; the others go on, and new ones are not asked", async () => {
  const response = await goneOnWith({ a: "a-model", b: "other-model", d: "d-model" });
  expect(response.status).toBe("completed");
  expect(response.output_text).toBe("Draft by a-model.");
  expect(asked).toEqual(["a-model draft"]);
  expect(response.massgen_metadata).toMatchObject({
    agents: [
      { id: "a", model: "a-model", status: "completed" },
      { id: "b", status: "failed", error: { code: "configuration" } },
      { id: "c", status: "failed", error: { code: "configuration" } },
    ],
  });
});

test("when none is left, the run fails and says so", async () => {
  const { status, error } = await goneOnWith({ d: "d-model" });
  expect(status).toBe("failed");
  const gone = "it is no longer in the team, or has another model";
  expect(error).toEqual({
    code: "server_error",
    message: `No agent could answer. a: ${gone}; b: ${gone}; c: ${gone}`,
  });
  expect(asked).toEqual([]);
});
