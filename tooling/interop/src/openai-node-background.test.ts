// The official client for Node: responses in the background, left and resumed, and cancelled.
import { gated, hang, httpError, teamScript, text } from "@massgen/upstream";
import OpenAI from "openai";
import { expect, it } from "vitest";
import { aimedAt, clientBlocks } from "./document.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const model = "massgen";
const input = "What is 25 * 4?";

const team = shareTeam();

const responsesOf = (): OpenAI.Responses =>
  new OpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed", maxRetries: 0 }).responses;

/** A team whose final answer waits. */
function playGated(): () => void {
  const gate = Promise.withResolvers<void>();
  const presentation = () => gated(text("One two three four.", { chunks: 4 }), gate.promise);
  team.plays(teamScript({ votesFor: "a-model", presentation }));
  return gate.resolve;
}

it("the documented lines print the answer", async () => {
  team.plays(usualScript);
  const [, , lines = ""] = clientBlocks("OpenAI SDK for Node", "ts");
  expect(await runTypeScript(aimedAt(team.url, lines))).toBe("The final coordinated answer.\n");
});

it("create answers at once, retrieve has the answer later", async () => {
  const open = playGated();
  const responses = responsesOf();
  const begun = await responses.create({ model, input, background: true });
  expect(begun).toMatchObject({ status: "in_progress", output: [] });
  open();
  await expect.poll(async () => (await responses.retrieve(begun.id)).status).toBe("completed");
  expect((await responses.retrieve(begun.id)).output_text).toBe("One two three four.");
  await responses.delete(begun.id);
  await expect(responses.retrieve(begun.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});

it("a stream that was left is resumed by starting_after, without a gap and at the cost of no run", async () => {
  const open = playGated();
  const responses = responsesOf();
  const seen: OpenAI.Responses.ResponseStreamEvent[] = [];
  let id = "";
  const runs = await team.runsOf(async () => {
    const stream = await responses.create({ model, input, background: true, stream: true });
    for await (const event of stream) {
      seen.push(event);
      if (event.type === "response.created") id = event.response.id;
      // The last that comes before the gate.
      if (event.type === "response.reasoning_summary_text.delta" && event.delta.includes("Selected a")) break;
    }
    const after = seen.at(-1)?.sequence_number ?? 0;
    open();
    for await (const event of await responses.retrieve(id, { stream: true, starting_after: after })) seen.push(event);
  });
  expect(runs).toBe(1);
  expect(seen.map((event) => event.sequence_number)).toEqual(seen.map((_, at) => at));
  const said = seen.flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []));
  expect(said.join("")).toBe("One two three four.");
  expect(seen.at(-1)?.type).toBe("response.completed");
});

it("stream({ response_id, starting_after }) resumes, during the run and after it", async () => {
  const open = playGated();
  const responses = responsesOf();
  let id = "";
  let after = 0;
  const begun = responses.stream({ model, input, background: true });
  for await (const event of begun) {
    if (event.type === "response.created") id = event.response.id;
    after = event.sequence_number;
    if (event.type === "response.reasoning_summary_text.delta" && event.delta.includes("Selected a")) break;
  }
  const resume = async (): Promise<object> => {
    const stream = responses.stream({ response_id: id, starting_after: after });
    const numbers: number[] = [];
    for await (const event of stream) numbers.push(event.sequence_number);
    const final = await stream.finalResponse();
    expect(numbers).toEqual(numbers.map((_, at) => after + 1 + at));
    return { status: final.status, text: final.output_text };
  };
  const during = resume();
  open();
  expect(await during).toEqual({ status: "completed", text: "One two three four." });
  expect(await resume()).toEqual({ status: "completed", text: "One two three four." });
});

it("cancel ends every call upstream; a second cancel and retrieve tell the same", async () => {
  team.plays(teamScript({ draft: () => hang() }));
  const responses = responsesOf();
  const before = team.upstream.calls.length;
  const begun = await responses.create({ model, input, background: true });
  await team.upstream.waitForCall((call) => call.n === before + 3);
  expect(await responses.cancel(begun.id)).toMatchObject({ id: begun.id, status: "cancelled" });
  await team.upstream.idle();
  expect(await responses.cancel(begun.id)).toMatchObject({ status: "cancelled" });
  expect(await responses.retrieve(begun.id)).toMatchObject({ status: "cancelled", error: null });
});

it("a stream whose response is cancelled ends, and its helper gives the cancelled response", async () => {
  team.plays(teamScript({ draft: () => hang() }));
  const responses = responsesOf();
  const stream = responses.stream({ model, input, background: true });
  let cancelling: Promise<unknown> | undefined;
  stream.on("response.created", ({ response }) => {
    cancelling = responses.cancel(response.id);
  });
  expect((await stream.finalResponse()).status).toBe("cancelled");
  await cancelling;
});

it("a failure is the response's", async () => {
  team.plays(teamScript({ draft: () => httpError(401) }));
  const responses = responsesOf();
  const { id } = await responses.create({ model, input, background: true });
  await expect.poll(async () => (await responses.retrieve(id)).status).toBe("failed");
  expect((await responses.retrieve(id)).error).toMatchObject({
    code: "server_error",
    message: expect.stringContaining("a: "),
  });
});
