import { MassgenError } from "@massgen/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTeam, modelNames, type Names } from "./team-finder.ts";

const [ada, bob, cyd, dan] = ["ada", "bob", "cyd", "dan"].map((id) => ({ id }));
const deep = { name: "deep", agents: [ada, bob, cyd] as { id: string }[] };
const fast = { name: "fast", agents: [bob] as { id: string }[] };
const several: Names = {
  teams: [deep, fast],
  defaultTeam: deep,
  agents: [ada, bob, cyd, dan] as { id: string }[],
  aliases: [
    { pattern: "claude-haiku-*", team: "fast" },
    { pattern: "gpt-5-mini", team: "fast" },
    { pattern: "claude-*", team: "deep" },
  ],
  authority: true,
  offline: false,
};
const one = { agents: several.agents };
const plain: Names = { ...several, teams: [one], defaultTeam: one, aliases: [] };
const none: Names = { teams: [], agents: [], aliases: [], authority: false, offline: false };

function found(names: Names, model: string | undefined, allowed?: readonly string[]): string {
  try {
    const { model: means, name } = findTeam(names, model, allowed);
    return `${means} (${name ?? ""})`;
  } catch (error) {
    if (!MassgenError.isInstance(error)) throw error;
    return error.code;
  }
}

describe("a model name", () => {
  it.each([
    [undefined, "massgen/deep (deep)"],
    ["massgen", "massgen/deep (deep)"],
    ["massgen/fast", "massgen/fast (fast)"],
    ["massgen/agent:dan", "massgen/agent:dan (agent:dan)"],
    ["massgen/model:gpt-4.1", "massgen/model:gpt-4.1 (deep)"],
    ["claude-haiku-4-5", "massgen/fast (fast)"],
    ["claude-opus-4-5", "massgen/deep (deep)"],
    ["gpt-5-mini", "massgen/fast (fast)"],
    ["gpt-5-mini-2025", "massgen/deep (deep)"],
    ["", "massgen/deep (deep)"],
    ["constructor", "massgen/deep (deep)"],
    ["massgen/", "not-found"],
    ["massgen/Fast", "not-found"],
    ["massgen/constructor", "not-found"],
    ["massgen/__proto__", "not-found"],
    ["massgen/agent:", "not-found"],
    ["massgen/agent:eve", "not-found"],
    ["massgen/agent:__proto__", "not-found"],
    ["massgen/model:", "not-found"],
  ])("%s means, of several teams, %s", (model, means) => {
    expect(found(several, model)).toBe(means);
    // What it means, it means after a restart as well.
    const canonical = means.split(" ")[0] ?? "";
    if (means !== "not-found") expect(found(several, canonical)).toBe(means);
  });

  it.each([
    ["massgen", "massgen ()"],
    ["gpt-4o", "massgen ()"],
    ["massgen/agent:ada", "massgen/agent:ada (agent:ada)"],
    ["massgen/deep", "not-found"],
    ["massgen/undefined", "not-found"],
    ["massgen/model:x", "massgen/model:x ()"],
  ])("%s means, where all agents are one team, %s", (model, means) => {
    expect(found(plain, model)).toBe(means);
  });

  it("means itself where there is no configuration", () => {
    expect(found(none, "gpt-4o")).toBe("gpt-4o ()");
    expect(found(none, "massgen")).toBe("not-found");
    expect(found({ ...plain, offline: true }, "massgen/model:gpt-4o")).toBe("not-found");
  });
});

describe("a key with teams", () => {
  it.each([
    ["massgen", "massgen/fast (fast)"],
    [undefined, "massgen/fast (fast)"],
    ["massgen/fast", "massgen/fast (fast)"],
    ["massgen/deep", "not-found"],
    ["massgen/agent:bob", "massgen/agent:bob (agent:bob)"],
    ["massgen/agent:ada", "not-found"],
    ["massgen/agent:dan", "not-found"],
    ["massgen/model:gpt-4o", "permission"],
    ["massgen/model:", "not-found"],
    ["gpt-5-mini", "massgen/fast (fast)"],
    // The alias of a team that it may not use is none.
    ["claude-opus-4-5", "massgen/fast (fast)"],
    ["anything", "massgen/fast (fast)"],
  ])("finds for %s %s", (model, means) => {
    expect(found(several, model, ["fast"])).toBe(means);
  });

  it("has its first as its default, and all of its own", () => {
    expect(found(several, "massgen", ["fast", "deep"])).toBe("massgen/fast (fast)");
    expect(found(several, "claude-opus-4-5", ["fast", "deep"])).toBe("massgen/deep (deep)");
    expect(found(several, "massgen", ["deep", "fast"])).toBe("massgen/deep (deep)");
  });

  it("finds nothing where its teams are gone", () => {
    for (const model of ["massgen", "massgen/deep", "massgen/agent:ada"]) {
      expect(found(several, model, ["gone"])).toBe("not-found");
      expect(found(plain, model, ["gone"])).toBe("not-found");
      expect(found(several, model, [])).toBe("not-found");
    }
    expect(() => findTeam(several, "gpt-4o", ["gone"])).toThrow(MassgenError);
  });
});

it("whatever a client names, a key with teams reaches these teams and their agents alone", () => {
  const part = fc.constantFrom(
    "massgen",
    "/",
    "agent:",
    "model:",
    "deep",
    "fast",
    "ada",
    "bob",
    "claude-",
    "haiku-",
    "*",
  );
  const model = fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 5 }).map((parts) => parts.join(""));
  const allowed = fc.subarray(["fast", "deep", "gone", ""]).chain((names) => fc.shuffledSubarray(names));
  fc.assert(
    fc.property(model, allowed, (name, teams) => {
      for (const names of [several, plain, none]) {
        const means = found(names, name, teams);
        if (means === "not-found" || means === "permission") continue;
        const [, agent] = /^massgen\/agent:(\w+) /.exec(means) ?? [];
        const mine = names.teams.filter((team) => team.name !== undefined && teams.includes(team.name));
        const reached = mine.filter((team) =>
          agent === undefined
            ? means === `massgen/${team.name} (${team.name})`
            : team.agents.some(({ id }) => id === agent),
        );
        expect(reached, `${name} by ${teams.join()}: ${means}`).not.toEqual([]);
      }
    }),
  );
});

describe("the list of models", () => {
  const models = ["gpt-4o", "gpt-4o", "gemini-2.5-pro"];

  it("has teams, agents, the models to choose, and aliases that are names", () => {
    expect(modelNames({ ...several, models })).toEqual([
      "massgen",
      "massgen/deep",
      "massgen/fast",
      "massgen/agent:ada",
      "massgen/agent:bob",
      "massgen/agent:cyd",
      "massgen/agent:dan",
      "massgen/model:gpt-4o",
      "massgen/model:gemini-2.5-pro",
      "gpt-5-mini",
    ]);
  });

  it("of a key with teams has only what it may use", () => {
    expect(modelNames({ ...several, models }, ["fast"])).toEqual([
      "massgen",
      "massgen/fast",
      "massgen/agent:bob",
      "gpt-5-mini",
    ]);
  });

  it("every name of the list finds a team", () => {
    for (const allowed of [undefined, ["fast"], ["deep"], ["deep", "fast"]]) {
      for (const name of modelNames({ ...several, models }, allowed)) {
        expect(found(several, name, allowed)).toMatch(/^massgen/);
      }
    }
  });
});
