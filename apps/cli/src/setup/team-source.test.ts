import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTeamSource, type TeamChoice } from "./team-source.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-source-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), "");
}

function find(choice: TeamChoice, env: Record<string, string> = {}): unknown {
  return findTeamSource(choice, {
    env,
    cwd: join(folder, "work"),
    home: join(folder, "home"),
    keyVariables: ["OPENAI_API_KEY"],
  });
}

describe("the team is the first that is there", () => {
  const ways: { way: string; choice?: TeamChoice; env?: Record<string, string>; file?: string; found: object }[] = [
    { way: "--config", choice: { config: "a.yaml" }, found: { kind: "config", from: "--config" } },
    {
      way: "MASSGEN_SERVER_DEFAULT_CONFIG",
      env: { MASSGEN_SERVER_DEFAULT_CONFIG: "b.yaml" },
      found: { kind: "config", from: "MASSGEN_SERVER_DEFAULT_CONFIG" },
    },
    { way: "--default-model", choice: { defaultModel: "gpt-4o" }, found: { kind: "model", from: "--default-model" } },
    {
      way: "MASSGEN_SERVER_DEFAULT_MODEL",
      env: { MASSGEN_SERVER_DEFAULT_MODEL: "gpt-4.1" },
      found: { kind: "model", model: "gpt-4.1" },
    },
    { way: "./massgen.yaml", file: "work/massgen.yaml", found: { kind: "config" } },
    { way: "./.massgen/config.yaml", file: "work/.massgen/config.yaml", found: { kind: "config" } },
    { way: "~/.config/massgen/config.yaml", file: "home/.config/massgen/config.yaml", found: { kind: "config" } },
    { way: "npm start's demo team", env: { MASSGEN_START: "1" }, found: { kind: "demo" } },
    { way: "no team but a provider's key", env: { OPENAI_API_KEY: "sk" }, found: { kind: "none" } },
  ];

  it.each(ways.map((way, i) => ({ ...way, i })))("$way before all that come after it", async ({ i, found, file }) => {
    const rest = ways.slice(i);
    for (const way of rest) if (way.file !== undefined) await put(way.file);
    const choice: TeamChoice = Object.assign({}, ...rest.map((way) => way.choice));
    const env: Record<string, string> = Object.assign({}, ...rest.map((way) => way.env));
    const source = find(choice, env);
    expect(source).toMatchObject(found);
    if (file !== undefined) expect(source).toMatchObject({ path: join(folder, file) });
  });

  it("--demo, unless a flag names another team; a variable is no reason", () => {
    expect(find({ demo: true }, { MASSGEN_SERVER_DEFAULT_CONFIG: "b.yaml" })).toEqual({ kind: "demo" });
    expect(() => find({ demo: true, defaultModel: "gpt-4o" })).toThrow("--demo");
  });

  it("nothing at all lists the ways", () => {
    expect(() => find({}, { OPENAI_API_KEY: "" })).toThrow(/--demo[^]*--config[^]*--default-model/);
  });
});
