/**
 * The calls of a three-agent run with nothing around them: three drafts, three ballots, one presentation, each read to its end. What
 * this takes is the critical path that no server can beat.
 */
export async function bareRun(upstreamUrl: string): Promise<number> {
  const startedMs = performance.now();
  const three = [1, 2, 3];
  await Promise.all(three.map((n) => call(upstreamUrl, n, "Why is the sky blue?", [])));
  await Promise.all(three.map((n) => call(upstreamUrl, n, ballot, [voteTool])));
  await call(upstreamUrl, 1, ballot, []);
  return performance.now() - startedMs;
}

const answers = [1, 2, 3].map((n) => `<agent${n}>\nDraft ${n}\n</agent${n}>\n`).join("");
const ballot = `<CURRENT ANSWERS>\n${answers}</CURRENT ANSWERS>\nChoose.`;
const voteTool = { type: "function", function: { name: "vote", parameters: { type: "object" } } };

async function call(url: string, n: number, content: string, tools: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: `model-${n}`,
      stream: true,
      messages: [{ role: "user", content }],
      ...(tools.length > 0 && { tools }),
    }),
  });
  if (!response.ok || !response.body) throw new Error(`the upstream answered ${response.status}`);
  for await (const _ of response.body);
}
