// massgen new provider: the folder that it makes. What becomes of it with npm: tooling/workspace/provider-template.mjs.
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runMassgen } from "./massgen-process.ts";
import { runCommand } from "./command-line.ts";

const template = fileURLToPath(new URL("../../../tooling/provider-template", import.meta.url));

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return files.map((path) => path.slice(folder.length + 1)).filter((path) => !/^(?:node_modules|dist|\.)/.test(path));
}

it("makes the template's files, and in them no other service's name", async () => {
  let made: readonly string[] = [];
  let all = "";
  const { code, stdout } = await runCommand({
    args: ["new", "provider", "my-service"],
    inspect: async (folder) => {
      const path = join(folder, "massgen-provider-my-service");
      made = await filesIn(path);
      for (const name of made) all += await readFile(join(path, name), "utf8");
    },
  });
  expect(code).toBe(0);
  expect(stdout).toContain("cd massgen-provider-my-service\n  npm install\n  npm test");
  expect([...made].sort()).toEqual([...(await filesIn(template))].sort());
  expect(all).not.toMatch(/acme/i);
  for (const part of [
    '"name": "massgen-provider-my-service"',
    "export const myService: Provider = {",
    'import { myService } from "../src/provider.ts"',
    'type: "my_service"',
    "MY_SERVICE_API_KEY",
    "https://api.my-service.example",
    "backend: { model: my_service/small }",
    "My Service's chat service",
  ]) {
    expect(all).toContain(part);
  }
});

it("a name that begins like the template's is put in once", async () => {
  let manifest = "";
  let source = "";
  await runCommand({
    args: ["new", "provider", "acme-two"],
    inspect: async (folder) => {
      const path = join(folder, "massgen-provider-acme-two");
      manifest = await readFile(join(path, "package.json"), "utf8");
      source = await readFile(join(path, "src/provider.ts"), "utf8");
    },
  });
  expect(manifest).toContain('"name": "massgen-provider-acme-two"');
  for (const part of [
    "const acmeTwo: Provider",
    'type: "acme_two"',
    "https://api.acme-two.example",
    "ACME_TWO_BASE_URL",
  ]) {
    expect(source).toContain(part);
  }
});

it("is in the built command line", async () => {
  expect(await runMassgen({ args: ["new", "provider", "acme"] })).toMatchObject({ code: 0, stderr: "" });
});

describe("refuses", () => {
  it("a folder that is there", async () => {
    const { code, stderr } = await runCommand({
      args: ["new", "provider", "acme"],
      prepare: (cwd) => mkdir(join(cwd, "massgen-provider-acme")),
    });
    expect(stderr).toMatch(/^massgen-provider-acme is there already/);
    expect(code).toBe(2);
  });

  it.each([["Acme"], ["../up"], ["ollama"], ["massgen-provider-acme"]])(
    "the name %s, with one message",
    async (name) => {
      const { code, stdout, stderr } = await runCommand({ args: ["new", "provider", name] });
      expect(stderr).toMatch(/^".*" cannot be the name of a provider: .+\n$/);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    },
  );

  it.each([[["new"]], [["new", "thing"]], [["new", "provider"]]])("%s", async (args) => {
    expect((await runCommand({ args })).code).toBe(2);
  });
});
