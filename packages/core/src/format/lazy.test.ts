import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = `
  import { createRequire } from "node:module";
  import { createTeam } from "${new URL("../index.ts", import.meta.url).href}";
  import { scriptedModel } from "${new URL("../testing/index.ts", import.meta.url).href}";
  const { cache } = createRequire(import.meta.url);
  const loaded = () => Object.keys(cache).some((path) => /[\\\\/]ajv[\\\\/]/.test(path));
  const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "{}") }] });
  const messages = [{ role: "user", content: "Hi" }];
  await team.run({ messages }).answer();
  const before = loaded();
  await team.run({ messages, responseFormat: { type: "json-schema", name: "a", schema: {} } }).answer();
  console.log(JSON.stringify({ before, after: loaded() }));
`;

it("the schema compiler is loaded by the first request with a schema, not by the package", async () => {
  const args = ["--input-type=module", "--no-warnings", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual({ before: false, after: true });
});
