// The official client for Python.
import { documentedConfig, openaiTeam, startTeam, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { aimedAt, hasSpecification, clientBlocks, specificationBlocks } from "./document.ts";
import { doublingAnswer, doublingConfig, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { python, sharePython } from "./python-session.ts";

describe.skipIf(python.skipped)("openai for Python", () => {
  const session = sharePython();

  it("the documented lines print the answer", async () => {
    await using team = await startTeam(teamScript({}));
    const printed = await session.run(aimedAt(team.url, clientBlocks("OpenAI SDK for Python", "python")[0] ?? ""));
    expect(printed).toBe("The final coordinated answer.");
  });

  describe.skipIf(!hasSpecification)("the documentation's own code (skipped without shared/spec)", () => {
    const [config = "", ...restOfYaml] = hasSpecification ? specificationBlocks("yaml") : [];
    const [quickStart = "", streaming = "", ...restOfPython] = hasSpecification ? specificationBlocks("python") : [];

    it("is one configuration and two programs", () => {
      expect(restOfYaml).toEqual([]);
      expect(restOfPython).toEqual([]);
      expect(config).toBe(documentedConfig);
    });

    it("Quick Start: prints the answer, then the traces", async () => {
      await using team = await startTeam(teamScript({}), { config });
      const lines = (await session.run(aimedAt(team.url, quickStart))).trimEnd().split("\n");
      expect(lines[0]).toBe("The final coordinated answer.");
      expect(lines).toContain("[analysis-agent] Votes for research-agent: covers storage costs");
      expect(lines).toContain("[orchestrator] Selected research-agent (2 of 2 votes)");
    });

    it("Streaming Example: prints the traces as they come, then the answer", async () => {
      const final = "25 * 4 is 100 – café ☕ 日本語 😀.";
      await using team = await startTeam(teamScript({ presentation: () => text(final, { chunks: 9 }) }), { config });
      const printed = await session.run(aimedAt(team.url, streaming));
      expect(printed).toMatch(/^\[TRACE\] \[orchestrator\] Team: research-agent/);
      expect(printed).toContain("[TRACE] [orchestrator] Selected research-agent (2 of 2 votes)");
      expect(printed.endsWith(`\n${final}`)).toBe(true);
    });
  });

  it("five turns of one tool, not streamed and streamed, then text", async () => {
    for (const mode of ["whole", "streamed"]) {
      await using team = await startTeam(doublingScript, { config: doublingConfig });
      const printed = await session.script("tools", [`${team.url}/v1`, doublingQuestion, mode]);
      expect(printed).toEqual({ given: [1, 2, 4, 8, 16], answer: doublingAnswer });
    }
  });

  it("parse() with pydantic", async () => {
    const reply = { question: "25 * 4", result: 100 };
    await using team = await startTeam(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    expect(await session.script("parse", [`${team.url}/v1`])).toEqual(reply);
  });

  it("errors are its own classes, with code and the request's id", async () => {
    await using team = await startTeam(teamScript({}), {
      config: openaiTeam(["a"]),
      env: { MASSGEN_SERVER_API_KEY: "sk-1" },
    });
    const printed = await session.script("errors", [`${team.url}/v1`, "sk-1"]);
    expect(printed).toEqual([
      { type: "AuthenticationError", status: 401, code: "invalid_api_key", param: null, request_id: true },
      { type: "NotFoundError", status: 404, code: "model_not_found", param: "model", request_id: true },
      { type: "BadRequestError", status: 400, code: expect.anything(), param: "messages", request_id: true },
    ]);
  });
});
