// Packages that a configuration names: how they are found, what they may be, and the messages when they cannot be used.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageOf } from "./completion.ts";
import { runMassgen, startMassgen } from "./massgen-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-packages-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** The source of a provider that always says the same. */
function providerSource(type: string, fields = ""): string {
  return `({
    contract: 1, type: ${JSON.stringify(type)}, optionNames: ["flavour"],
    apiKey: { variables: ["ACME_API_KEY"], required: false }, baseUrl: { variables: [] },
    createModel: ({ model, apiKey, options }) => ({
      contract: 1, model,
      async *stream(request) {
        if (options.flavour === "broken") throw new TypeError("the key " + apiKey + " is no function");
        yield { type: "text-delta", text: "It is 100." };
        yield { type: "finish", reason: "stop", usage: { inputTokens: 1, outputTokens: 1 } };
      },
    }),
    ${fields}
  })`;
}

/** An installed package that is for \`import\` only, as most are. */
function installed(name: string, source: string, under = "config"): Record<string, string> {
  const at = `${under}/node_modules/${name}`;
  const manifest = { name, version: "1.2.3", type: "module", exports: { ".": { import: "./dist/index.js" } } };
  return { [`${at}/package.json`]: JSON.stringify(manifest), [`${at}/dist/index.js`]: source };
}

async function check(yaml: string, env: Record<string, string> = {}): ReturnType<typeof runMassgen> {
  await put({ "config/team.yaml": yaml });
  return runMassgen({ args: ["check", join(folder, "config", "team.yaml")], env });
}

const acmeTeam = 'providers: ["@acme/massgen-provider-x"]\nagent: { backend: { type: acme, model: large } }\n';

describe("a package is found", () => {
  it("from the configuration file's folder, and massgen check shows it with its types", async () => {
    await put(
      installed("@acme/massgen-provider-x", `export default ${providerSource("acme", 'aliases: ["acme-2"]')};`),
    );
    const { code, stdout, stderr } = await check(acmeTeam);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /is fine\.\n {2}agent_1 {2}acme {2}large\nProvider package @acme\/massgen-provider-x 1\.2\.3: acme = acme-2\n$/,
    );
  });

  it("from the working directory when it is not there, and a file by its path", async () => {
    const { code, stdout } = await runMassgen({
      args: ["check", "team.yaml"],
      files: {
        "team.yaml": "providers: [./mine.mjs]\nagent: { backend: { model: acme/large } }\n",
        "mine.mjs": `export const provider = ${providerSource("acme")};`,
      },
    });
    expect([code, stdout]).toEqual([
      0,
      "team.yaml is fine.\n  agent_1  acme  large\nProvider package ./mine.mjs: acme\n",
    ]);
    await put({ "config/team.yaml": acmeTeam, ...installed("@acme/massgen-provider-x", "throw 1", "elsewhere") });
    const files = { "own.mjs": `export default [${providerSource("acme")}];` };
    await put({ "config/team.yaml": acmeTeam.replace("@acme/massgen-provider-x", "./own.mjs") });
    const fromCwd = await runMassgen({ args: ["check", join(folder, "config", "team.yaml")], files });
    expect(fromCwd).toMatchObject({ code: 0, stderr: "" });
  });

  it("in the configuration's folder before the working directory", async () => {
    await put({
      "config/team.yaml": "providers: [./own.mjs]\nagent: { backend: { type: near, model: m } }\n",
      "config/own.mjs": `export default ${providerSource("near")};`,
    });
    const files = { "own.mjs": `export default ${providerSource("far")};` };
    const { stdout } = await runMassgen({ args: ["check", join(folder, "config", "team.yaml")], files });
    expect(stdout).toContain("Provider package ./own.mjs: near\n");
  });

  it("by a name out of the environment, and as CommonJS", async () => {
    const at = "config/node_modules/acme-old";
    await put({
      [`${at}/package.json`]: JSON.stringify({ name: "acme-old", version: "0.1.0", main: "main.js" }),
      [`${at}/main.js`]: `module.exports = ${providerSource("acme")};`,
    });
    const { code, stdout } = await check(acmeTeam.replace("@acme/massgen-provider-x", "${ACME_PACKAGE}"), {
      ACME_PACKAGE: "acme-old",
    });
    expect([code, stdout.split("\n").at(-2)]).toEqual([0, "Provider package ${ACME_PACKAGE} 0.1.0: acme"]);
  });
});

describe("a package that cannot be used is reported in one clear line", () => {
  const source = (type: string): string => `export default ${providerSource(type)};`;
  const cases: { what: string; files?: Record<string, string>; name?: string; says: RegExp }[] = [
    {
      what: "not installed",
      says: /"@acme\/x" is not installed; run `npm install @acme\/x` \(looked from \S+config, \S+ and massgen's own installation\)\n$/,
    },
    {
      what: "a file that is not there",
      name: "./gone.js",
      says: /there is no file \S+config\/gone\.js or \S+gone\.js\n$/,
    },
    { what: "a folder", name: "../config", says: /"\.\.\/config" is a folder; name the file in it\n$/ },
    {
      what: "installed but not built",
      files: { "config/node_modules/@acme/x/package.json": '{"name":"@acme/x","exports":"./dist/index.js"}' },
      says: /"@acme\/x" is installed in \S+x, but the file that its package\.json names is not there; has it been built\?\n$/,
    },
    {
      what: "exporting nothing under the name",
      files: { "config/node_modules/@acme/x/package.json": '{"name":"@acme/x","exports":{"./other":"./o.js"}}' },
      says: /"@acme\/x" is installed in \S+x, but its package\.json exports nothing under this name/,
    },
    {
      what: "throwing while loading",
      files: installed("@acme/x", "throw new RangeError(`the key ${process.env.ACME_API_KEY} is short`)"),
      says: /"@acme\/x" throws while loading: RangeError: the key \[redacted\] is short\n$/,
    },
    {
      what: "needing a package that is not there",
      files: installed("@acme/x", "import 'left-out';"),
      says: /"@acme\/x" throws while loading: Error: Cannot find package 'left-out'/,
    },
    {
      what: "no JavaScript",
      files: installed("@acme/x", "export default {"),
      says: /"@acme\/x" throws while loading: SyntaxError: /,
    },
    {
      what: "without a provider",
      files: installed("@acme/x", "export const createAcme = () => 1, version = '1';"),
      says: /"@acme\/x" exports no provider, only createAcme \(function\), version \(string\)\. A provider is an object \{ contract, .*if createAcme makes one/,
    },
    {
      what: "of a later contract",
      files: installed("@acme/x", "export default { contract: 2, type: 'acme' };"),
      says: /exports default, which is written for version 2 of the provider contract, and this massgen speaks version 1: install a newer massgen\n$/,
    },
    {
      what: "of a wrong shape",
      files: installed("@acme/x", `export default ${providerSource("acme", "createModel: 1")};`),
      says: /exports default, which has a wrong `createModel`: it must be a function\n$/,
    },
    {
      what: "bringing a built-in type",
      files: installed("@acme/x", source("groq")),
      says: /"@acme\/x" brings the type groq, which is taken by the built-in type groq\n$/,
    },
    {
      what: "bringing a built-in alias",
      files: installed("@acme/x", `export default ${providerSource("acme", 'aliases: ["kimi"]')};`),
      says: /"@acme\/x" brings the type kimi, which is taken by the built-in type moonshot\n$/,
    },
    {
      what: "bringing one type twice",
      files: installed("@acme/x", `export default [${providerSource("acme")}, ${providerSource("acme")}];`),
      says: /"@acme\/x" brings the type acme, which is taken by another of its own providers\n$/,
    },
  ];
  it.each(cases)("$what", async ({ files = {}, name = "@acme/x", says }) => {
    await put(files);
    const yaml = `providers:\n  - "${name}"\nagent: { backend: { type: acme, model: m } }\n`;
    const { code, stdout, stderr } = await check(yaml, { ACME_API_KEY: "acme-key-0123456789" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/team\.yaml has 1 problem:\n {2}\S+team\.yaml:2 {2}providers\[0\]: /);
    expect(stderr).toMatch(says);
    expect(stderr.split("\n")).toHaveLength(3);
    expect(stderr).not.toContain("acme-key-0123456789");
  });

  it("a type of another package, the same package twice by other names, and all the rest of the file at once", async () => {
    await put({
      ...installed("@acme/x", source("acme")),
      ...installed("@acme/y", source("acme")),
    });
    const names = ["@acme/x", "@acme/y", "./node_modules/@acme/x/dist/index.js", "@acme/x", "@acme/z"];
    const yaml = `providers: ${JSON.stringify(names).replaceAll(",", ",\n  ")}
agents:
  - { id: a, backend: { type: acme, model: m, temperature: hot } }
  - { id: a, backend: { type: opnai, model: m } }
`;
    const { code, stderr } = await check(yaml);
    expect(code).toBe(2);
    const issues = stderr
      .trim()
      .split("\n")
      .map((line) => line.replace(/^ {2}\S+team\.yaml:/, ""));
    expect(issues).toEqual([
      expect.stringMatching(/team\.yaml has 7 problems:$/),
      '2  providers[1]: "@acme/y" brings the type acme, which is taken by "@acme/x"',
      '3  providers[2]: "./node_modules/@acme/x/dist/index.js" is the same as "@acme/x"; remove one of them',
      "4  providers[3]: is the same package as providers[0]; remove one of them",
      expect.stringMatching(/^5 {2}providers\[4\]: "@acme\/z" is not installed; /),
      "7  agents[0].backend.temperature: must be a number from 0 to 2, not text",
      '8  agents[1].id: "a" is the id of agents[0] already; ids must be unique',
      '8  agents[1].backend.type: unknown type "opnai"; did you mean openai?',
    ]);
  });
});

describe("a loaded type is a type like any other", () => {
  it("its own fields are known, others are warned about; its required key is asked for", async () => {
    await put(
      installed(
        "@acme/massgen-provider-x",
        `export default ${providerSource("acme", 'apiKey: { variables: ["ACME_API_KEY"], required: true }')};`,
      ),
    );
    const backend = "type: acme, model: m, flavour: sweet, flavor: sweet";
    const yaml = `providers: ["@acme/massgen-provider-x"]\nagent: { backend: { ${backend} } }\n`;
    const keyless = await check(yaml);
    expect(keyless).toMatchObject({ code: 2, stderr: expect.stringContaining("no API key; set ACME_API_KEY") });
    const { code, stderr } = await check(yaml, { ACME_API_KEY: "acme-key-0123456789" });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Warning: \S+ {2}agent\.backend\.flavor: unknown .*did you mean flavour\?\n$/);
  });

  it("serves; what its model throws is an error of that agent, without its key", async () => {
    const backends = ["sweet", "broken"].map(
      (flavour) => `  - { id: ${flavour}, backend: { type: acme, model: m, flavour: ${flavour} } }`,
    );
    const config = `providers: [./mine.mjs]\nagents:\n${backends.join("\n")}\n`;
    await using massgen = await startMassgen({
      args: ["serve", "--config", "team.yaml", "--host", "127.0.0.1", "--port", "0"],
      env: { ACME_API_KEY: "acme-key-0123456789" },
      files: { "team.yaml": config, "mine.mjs": `export default ${providerSource("acme")};` },
    });
    const url = await massgen.ready();
    expect(massgen.stdout()).toContain("Provider package ./mine.mjs: acme\n");
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "What is 25 * 4?" }] }),
    });
    const answer = (await response.json()) as Parameters<typeof messageOf>[0];
    expect(messageOf(answer).content).toBe("It is 100.");
    const everything = JSON.stringify(answer) + massgen.stdout() + massgen.stderr();
    expect(everything).toContain(
      "the provider package ./mine.mjs threw TypeError: the key [redacted] is no function; tell its author",
    );
    expect(everything).not.toContain("acme-key-0123456789");
  });
});
