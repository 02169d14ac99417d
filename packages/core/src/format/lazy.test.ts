import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const url = (path: string): string => new URL(path, import.meta.url).href;

const script = `
  import { createRequire } from "node:module";
  import { createTeam } from "${url("../index.ts")}";
  import { schemaWorkersStarted } from "${url("./schema-cache.ts")}";
  import { scriptedModel } from "${url("../testing/index.ts")}";
  const { cache } = createRequire(import.meta.url);
  const compilers = () => Object.keys(cache).filter((path) => /[\\\\/]ajv[\\\\/]/.test(path)).length;
  const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "{}") }] });
  const messages = [{ role: "user", content: "Hi" }];
  await team.run({ messages }).answer();
  const before = schemaWorkersStarted();
  await team.run({ messages, responseFormat: { type: "json-schema", name: "a", schema: {} } }).answer();
  console.log(JSON.stringify({ before, after: schemaWorkersStarted(), compilers: compilers() }));
`;

it("the schema worker is started by the first request with a schema, and neither holds the compiler here nor the process", async () => {
  const args = ["--input-type=module", "--no-warnings", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual({ before: 0, after: 1, compilers: 0 });
});
