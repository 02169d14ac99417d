// Every sentence, table row and code block of the HTTP server documentation, shown on a real process: an OpenAI and a
// Gemini agent played by a local upstream, called by the official client and by plain HTTP. Titles quote the
// documentation.
import { describe, expect, it } from "vitest";
import { gated, startUpstream, text } from "@massgen/upstream";
import type OpenAI from "openai";
import { messageOf, metadataOf, question, type Traced } from "./completion.ts";
import { runCommand } from "./command-line.ts";
import { startMassgen } from "./massgen-process.ts";
import { draftOf, teamScript } from "./script.ts";
import { documentedConfig, pointedAt, serveTeam } from "./team.ts";

type Chunk = OpenAI.ChatCompletionChunk;

const deltaOf = (chunk: Chunk): OpenAI.ChatCompletionChunk.Choice.Delta & Traced => chunk.choices[0]?.delta ?? {};

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("Quick Start", () => {
  it("Step 1 and 2: `massgen serve --config config.yaml` with the documented team, one OpenAI and one Gemini agent", async () => {
    await using served = await serveTeam(teamScript({}));
    expect(served.massgen.stdout()).toContain("research-agent  openai  gpt-4o");
    expect(served.massgen.stdout()).toContain("analysis-agent  gemini  gemini-2.5-flash");
    await served.client.chat.completions.create({ model: "massgen", messages: question });
    const wires = served.upstream.calls.map((call) => `${call.wire} ${call.model} ${call.phase}`).sort();
    expect(wires).toEqual([
      "gemini gemini-2.5-flash ballot",
      "gemini gemini-2.5-flash draft",
      "openai gpt-4o ballot",
      "openai gpt-4o draft",
      "openai gpt-4o presentation",
    ]);
  });

  it("Step 3: connect with any OpenAI client; api_key not needed; non-streaming; final answer and optional traces", async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await served.client.chat.completions.create({
      model: "massgen",
      messages: question,
      stream: false,
    });
    expect(messageOf(response).content).toBe("The final coordinated answer.");
    expect(messageOf(response).reasoning_content).toContain(
      "[analysis-agent] Votes for research-agent: covers storage costs",
    );
  });

  it("cURL alternative: a POST with nothing but a JSON content type", async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"model":"massgen","messages":[{"role":"user","content":"Hello!"}]}',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: "The final coordinated answer." } }],
    });
  });
});

describe("Streaming Example", () => {
  it("coordination traces come first, then the final answer content; no trace in content", async () => {
    const final = "25 * 4 is 100.";
    await using served = await serveTeam(teamScript({ presentation: () => text(final, { chunks: 7 }) }));
    const stream = await served.client.chat.completions.create({
      model: "massgen",
      messages: [{ role: "user", content: "What is 25 * 4?" }],
      stream: true,
    });
    const chunks = await all(stream);
    const deltas = chunks.map(deltaOf);
    const firstContent = deltas.findIndex((delta) => Boolean(delta.content));
    const lastTrace = deltas.findLastIndex((delta) => Boolean(delta.reasoning_content));
    expect(lastTrace).toBeGreaterThan(0);
    expect(lastTrace).toBeLessThan(firstContent);
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe(final);
    expect(deltas.filter((delta) => delta.content)).toHaveLength(7);
    expect(deltas.map((delta) => delta.reasoning_content ?? "").join("")).toMatch(
      /^\[orchestrator\] Team: research-agent \(gpt-4o\), analysis-agent \(gemini-2\.5-flash\)\n(\[.*\n)+\n$/,
    );
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ finish_reason: "stop", delta: {} });
  });

  it("each piece arrives while the run goes on: the role before any draft, content before the presenter has ended", async () => {
    const drafts = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({ draft: (call) => gated(text(draftOf(call.model)), drafts.promise) }),
    );
    const stream = await served.client.chat.completions.create({ model: "massgen", messages: question, stream: true });
    const chunks = stream[Symbol.asyncIterator]();
    const first = await chunks.next();
    expect(first.value?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    for (const wire of ["openai", "gemini"]) await served.upstream.waitForCall((call) => call.wire === wire);
    expect(served.upstream.openCalls()).toBe(2);
    drafts.resolve();
    for (let chunk = await chunks.next(); !chunk.done; chunk = await chunks.next());
    expect(served.upstream.calls).toHaveLength(5);
  });
});

describe("Endpoints", () => {
  it('`GET /health`: returns {"status": "ok"}', async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await fetch(`${served.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ok" });
  });

  it("`POST /v1/chat/completions`: supports `stream: true` for SSE", async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: "massgen", messages: question, stream: true }),
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const frames = (await response.text()).split("\n\n").filter((frame) => frame !== "");
    expect(frames.every((frame) => /^data: [^\n]*$/.test(frame))).toBe(true);
    expect(frames.at(-1)).toBe("data: [DONE]");
  });
});

describe("Response Format", () => {
  it("OpenAI's shape with `content`, the final answer, and `reasoning_content`, the traces as lines", async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(response).toMatchObject({
      object: "chat.completion",
      model: "massgen",
      choices: [{ index: 0, message: { role: "assistant", refusal: null }, logprobs: null, finish_reason: "stop" }],
      usage: { prompt_tokens: 50, completion_tokens: 25, total_tokens: 75 },
    });
    const lines = messageOf(response).reasoning_content?.split("\n") ?? [];
    expect(lines.pop(), "the last line ends with a line end").toBe("");
    expect(lines.every((line) => /^\[(research-agent|analysis-agent|orchestrator)\] ./.test(line))).toBe(true);
    expect(lines).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(messageOf(response).content).not.toMatch(/\[(research-agent|analysis-agent|orchestrator)\]/);
    expect(metadataOf(response)).toMatchObject({ outcome: "unanimous", winner: "research-agent", degraded: false });
  });
});

describe("Config-as-Authority", () => {
  it("the `model` parameter in client requests is ignored by default; the server uses the agent team of the YAML", async () => {
    await using served = await serveTeam(teamScript({}));
    const response = await served.client.chat.completions.create({ model: "gpt-3.5-turbo", messages: question });
    expect(response.model).toBe("gpt-3.5-turbo");
    expect(new Set(served.upstream.calls.map((call) => call.model))).toEqual(new Set(["gpt-4o", "gemini-2.5-flash"]));
  });

  it('`model="massgen/model:<model_id>"` forces another model on the same agents', async () => {
    await using served = await serveTeam(teamScript({ votesFor: "gpt-4.1" }));
    await served.client.chat.completions.create({ model: "massgen/model:gpt-4.1", messages: question });
    expect(new Set(served.upstream.calls.map((call) => `${call.wire} ${call.model}`))).toEqual(
      new Set(["openai gpt-4.1"]),
    );
    expect(
      served.upstream.calls.every((call) => call.headers.authorization === "Bearer sk-test-0123456789abcdef0123456789"),
    ).toBe(true);
  });

  it("an unknown massgen/ name is a 404, and never a file", async () => {
    await using served = await serveTeam(teamScript({}));
    for (const model of ["massgen/path:config.yaml", "massgen/other", "massgen/model:"]) {
      const failed = served.client.chat.completions.create({ model, messages: question });
      await expect(failed).rejects.toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    }
    expect(served.upstream.calls).toEqual([]);
  });
});

describe("CLI Options", () => {
  it("`--config PATH`, `--host HOST` (0.0.0.0), `--port PORT` (4000), `--default-model MODEL` are there as documented", async () => {
    const { code, stdout } = await runCommand({ args: ["serve", "--help"] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/--config <path>/);
    expect(stdout).toMatch(/--host <host>[^-]*0\.0\.0\.0/);
    expect(stdout).toMatch(/--port <port>[^-]*4000/);
    expect(stdout).toMatch(/--default-model <model>/);
  });

  it("`--host` binds that address only", async () => {
    await using served = await serveTeam(teamScript({}));
    expect(served.massgen.stdout()).toMatch(/Listening on 127\.0\.0\.1:\d+/);
    expect(served.massgen.stderr()).not.toContain('"level":"warn"');
  });

  it("`--default-model MODEL`: the model to use if no config is provided", async () => {
    await using upstream = Object.assign(await startUpstream(teamScript({})), {
      [Symbol.asyncDispose]: () => upstream.close(),
    });
    await using massgen = await startMassgen({
      args: ["serve", "--default-model", "gpt-4o", "--host", "127.0.0.1", "--port", "0"],
      env: pointedAt(upstream),
    });
    const url = await massgen.ready();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question }),
    });
    expect(await response.json()).toMatchObject({ model: "massgen" });
    expect(upstream.calls.filter((call) => call.phase === "draft").map((call) => call.model)).toEqual([
      "gpt-4o",
      "gpt-4o",
      "gpt-4o",
    ]);
  });
});

describe("Environment Variables", () => {
  it("MASSGEN_SERVER_HOST, _PORT and _DEFAULT_CONFIG stand in for the flags", async () => {
    await using upstream = Object.assign(await startUpstream(teamScript({})), {
      [Symbol.asyncDispose]: () => upstream.close(),
    });
    await using massgen = await startMassgen({
      args: ["serve"],
      env: {
        ...pointedAt(upstream),
        MASSGEN_SERVER_HOST: "127.0.0.1",
        MASSGEN_SERVER_PORT: "0",
        MASSGEN_SERVER_DEFAULT_CONFIG: "team.yaml",
      },
      files: { "team.yaml": documentedConfig },
    });
    expect(await massgen.ready()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(massgen.stdout()).toContain("research-agent");
  });

  it("MASSGEN_SERVER_DEFAULT_MODEL: the default model", async () => {
    await using massgen = await startMassgen({
      args: ["serve", "--host", "127.0.0.1", "--port", "0"],
      env: { MASSGEN_SERVER_DEFAULT_MODEL: "gemini-2.5-pro", GEMINI_API_KEY: "AIzaTest" },
    });
    await massgen.ready();
    expect(massgen.stdout()).toMatch(/agent_1 {2}gemini {2}gemini-2\.5-pro/);
  });

  it("a flag beats its variable, the variable beats the file", async () => {
    const config = `${documentedConfig}server: { host: 127.0.0.9, port: 1 }\n`;
    await using served = await serveTeam(teamScript({}), { config, env: { MASSGEN_SERVER_PORT: "1" } });
    expect(served.massgen.stdout()).toMatch(/Listening on 127\.0\.0\.1:\d{4,5}/);
  });
});

describe("Use Cases", () => {
  it("External Applications: a client that lists models before it chats", async () => {
    await using served = await serveTeam(teamScript({}));
    const models = await all(served.client.models.list());
    expect(models[0]).toMatchObject({ id: "massgen", object: "model" });
    for (const { id } of models) expect(await served.client.models.retrieve(id)).toMatchObject({ id });
  });
});
