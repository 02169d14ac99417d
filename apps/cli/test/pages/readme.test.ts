// The README's first screen: its request is sent to the demo, whose deliberation it shows. UPDATE_DOCS=1 writes that.
import { createRegistry } from "@massgen/providers";
import { createApp, serve } from "@massgen/server";
import { expect, it } from "vitest";
import { buildTeam } from "../../src/teams/built-team.ts";
import { demoAgents } from "../../src/teams/demo-team.ts";
import { expectPart, readPage } from "./printed-page.ts";

/** What does not depend on how busy the machine is: the lines without their order and times. */
function steady(deliberation: string): readonly string[] {
  return deliberation
    .replaceAll(/\d+(\.\d+)? m?s\b/g, "0 s")
    .split("\n")
    .sort();
}

it("shows the demo's deliberation about the question that it asks", async () => {
  const readme = readPage("README.md");
  const [, body = ""] = /^ {2}-d '(.+)'$/m.exec(readme) ?? [];
  const registry = createRegistry({ env: {} });
  const server = await serve(createApp(buildTeam(demoAgents, registry)), { host: "127.0.0.1", port: 0 });
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  const { choices } = (await response.json()) as { choices: [{ message: { reasoning_content: string } }] };
  await server.close({ timeoutMs: 0 });
  await registry.close();
  const printed = `\`\`\`text\n${choices[0].message.reasoning_content}\n\`\`\`\n`;
  const [, shown = ""] = /<!-- deliberation:begin -->\n([^]*)<!-- deliberation:end -->/.exec(readme) ?? [];
  if (process.env["UPDATE_DOCS"] === "1") expectPart("README.md", "deliberation", printed);
  else expect(steady(shown)).toEqual(steady(printed));
});
