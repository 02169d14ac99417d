// OpenAI's Agents SDK for JavaScript, which uses the Responses API.
import { Agent, OpenAIResponsesModel, run, setTracingDisabled, tool } from "@openai/agents";
import { cut, hang, httpError, teamScript, text, toolCalls } from "@massgen/upstream";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aimedAt, clientBlock } from "./document.ts";
import { double, doubleInput, doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { runTypeScript } from "./run.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

setTracingDisabled(true);

const question = "What is 25 * 4?";
const team = shareTeam();

const model = (): OpenAIResponsesModel =>
  new OpenAIResponsesModel(new OpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed" }), "massgen");

function doublingTool(given: number[]) {
  return tool({
    name: "double",
    description: "Doubles a number.",
    parameters: doubleInput,
    execute: (input) => {
      given.push(input.value);
      return String(double(input));
    },
  });
}

describe("@openai/agents", () => {
  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const lines = aimedAt(team.url, clientBlock("OpenAI Agents SDK for JavaScript", "ts"));
    expect(await runTypeScript(lines)).toBe("The final coordinated answer.\n");
  });

  it.each([false, true])("streamed %s: five turns of one tool, then text", async (stream) => {
    team.plays(doublingScript);
    const given: number[] = [];
    const agent = new Agent({ name: "Doubler", model: model(), tools: [doublingTool(given)] });
    if (stream) {
      const result = await run(agent, doublingQuestion, { stream });
      let said = "";
      for await (const piece of result.toTextStream()) said += piece;
      await result.completed;
      expect({ said, final: result.finalOutput }).toEqual({ said: doublingAnswer, final: doublingAnswer });
    } else {
      expect((await run(agent, doublingQuestion)).finalOutput).toBe(doublingAnswer);
    }
    expect(given).toEqual([1, 2, 4, 8, 16]);
  });

  it("a second question, which continues the first by previousResponseId", async () => {
    team.plays(teamScript({ draft: () => text("One hundred.") }));
    const agent = new Agent({ name: "Plain", model: model() });
    const first = await run(agent, question);
    const second = await run(agent, "And in digits?", { previousResponseId: first.lastResponseId ?? "" });
    expect(second.finalOutput).toBe("One hundred.");
    const asked = team.upstream.calls.at(-1)?.messages.filter(({ role }) => role !== "system") ?? [];
    expect(asked.map(({ text }) => text)).toEqual([question, "One hundred.", "And in digits?"]);
  });

  it("a handoff to another agent, which answers", async () => {
    const handsOver = "transfer_to_Maths";
    team.plays(
      teamScript({
        draft: (call) =>
          call.tools.includes(handsOver) ? toolCalls([{ name: handsOver, arguments: {} }]) : text("100"),
      }),
    );
    const maths = new Agent({ name: "Maths", instructions: "Answer sums.", model: model() });
    const desk = Agent.create({ name: "Desk", instructions: "Hand over.", handoffs: [maths], model: model() });
    const result = await run(desk, question);
    expect({ answer: result.finalOutput, by: result.lastAgent?.name }).toEqual({ answer: "100", by: "Maths" });
  });

  it("an output type", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    const outputType = z.object({ question: z.string(), result: z.number() });
    const agent = new Agent({ name: "Sums", model: model(), outputType });
    expect((await run(agent, question)).finalOutput).toEqual(reply);
  });

  it("a failed run is OpenAI's InternalServerError and runs once, without a setting", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const failed = run(new Agent({ name: "Plain", model: model() }), question);
      await expect(failed).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    });
    expect(runs).toBe(1);
  });

  it("a stream that breaks is an error after the text that came, and runs once", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      const result = await run(new Agent({ name: "Plain", model: model() }), question, { stream: true });
      let said = "";
      const read = async (): Promise<void> => {
        for await (const piece of result.toTextStream()) said += piece;
        await result.completed;
      };
      await expect(read()).rejects.toThrow(/a: /);
      expect(said).toBe("Half an ");
    });
    expect(runs).toBe(1);
  });

  it("aborting ends every call upstream", async () => {
    team.plays(teamScript({ draft: () => hang() }));
    const before = team.upstream.calls.length;
    const left = new AbortController();
    const asked = run(new Agent({ name: "Plain", model: model() }), question, { signal: left.signal });
    await team.upstream.waitForCall((call) => call.n === before + 3);
    left.abort();
    await expect(asked).rejects.toThrow();
    await team.upstream.idle();
  });
});
