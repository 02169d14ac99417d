// curl, as it is typed into a shell.
import { startTeam, teamScript, text } from "@massgen/upstream";
import { beforeAll, describe, expect, it } from "vitest";
import { aimedAt, hasSpecification, clientBlocks, specificationBlocks } from "./document.ts";
import { findTool } from "./optional-tools.ts";
import { runShell } from "./run.ts";

// Processes are started here, on whatever machine this is.
const [json = "", streamed = ""] = clientBlocks("curl", "sh");

const curl = findTool("curl");

describe.skipIf(curl.skipped)("curl", { concurrent: true }, () => {
  beforeAll(() => {
    curl.path();
  });

  it("the documented first block prints a completion", async () => {
    await using team = await startTeam(teamScript({}));
    expect(JSON.parse(await runShell(aimedAt(team.url, json)))).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: "The final coordinated answer." }, finish_reason: "stop" }],
    });
  });

  it("the documented second block prints a stream of frames that ends with [DONE]", async () => {
    await using team = await startTeam(teamScript({ presentation: () => text("100, of course.", { chunks: 4 }) }));
    const frames = (await runShell(aimedAt(team.url, streamed))).split("\n\n").filter((frame) => frame !== "");
    expect(frames.pop()).toBe("data: [DONE]");
    const contents = frames.map((frame): unknown => JSON.parse(frame.slice("data: ".length)));
    expect(contents).toContainEqual(expect.objectContaining({ object: "chat.completion.chunk" }));
    expect(JSON.stringify(contents)).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    expect(JSON.stringify(contents.at(-1))).toContain('"finish_reason":"stop"');
  });

  it("a request that is wrong gets its status and an error that says what to do, streamed or not", async () => {
    await using team = await startTeam(teamScript({}));
    for (const command of [json, streamed]) {
      const wrong = aimedAt(team.url, command).replace('"model":"massgen"', '"model":"massgen","temperature":3');
      const [body = "", status] = (await runShell(`${wrong.trimEnd()} -w '\\n%{http_code}'`)).split("\n");
      expect(status).toBe("400");
      expect(JSON.parse(body)).toMatchObject({ error: { type: "invalid_request_error", param: "temperature" } });
    }
  });

  it.skipIf(!hasSpecification)(
    "the documentation's block prints a completion (skipped without shared/spec)",
    async () => {
      await using team = await startTeam(teamScript({}));
      const command = specificationBlocks("bash").find((block) => block.startsWith("curl")) ?? "";
      expect(JSON.parse(await runShell(aimedAt(team.url, command)))).toMatchObject({
        choices: [{ message: { content: "The final coordinated answer." } }],
      });
    },
  );
});
