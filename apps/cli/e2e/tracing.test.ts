// Traces of the built command, as a collector gets them.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { teamScript } from "@massgen/upstream";
import { expect, test } from "vitest";
import { asked, startRig } from "./contract/rig.ts";
import { send } from "./contract/wire.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

/** Takes OTLP over HTTP, and keeps the bodies: texts in them are readable as they are. */
async function collector() {
  const requests: { url: string | undefined; type: string | undefined; key: unknown }[] = [];
  let received = Buffer.alloc(0);
  const server = createServer((req, res) => {
    requests.push({ url: req.url, type: req.headers["content-type"], key: req.headers["x-collector-key"] });
    req.on("data", (piece: Buffer) => (received = Buffer.concat([received, piece])));
    req.on("end", () => res.writeHead(200, { "content-type": "application/x-protobuf" }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    text: () => received.toString("utf8"),
    holds: (bytes: Buffer) => received.includes(bytes),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a run's spans reach the collector below the client's span, without prompts", async () => {
  await using otlp = await collector();
  await using rig = await startRig({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=collector-key-0123",
      OTEL_BSP_SCHEDULE_DELAY: "20",
      OTEL_SERVICE_NAME: "team-of-two",
    },
  });
  rig.play(teamScript({}));
  const answered = await send(rig.url, asked(), { headers: { traceparent } });
  expect([answered.status, await answered.rest()]).toEqual([200, expect.stringContaining("coordinated answer")]);
  await expect.poll(() => otlp.text(), { timeout: 60_000 }).toContain("invoke_agent massgen");
  const text = otlp.text();
  for (const word of ["chat gpt-4o", "chat gemini-2.5-flash", "gcp.gemini", "massgen.vote_cast", "team-of-two"])
    expect(text).toContain(word);
  expect(otlp.holds(Buffer.from(traceId, "hex"))).toBe(true);
  for (const word of ["coordinated answer", "Draft by", "covers storage costs"]) expect(text).not.toContain(word);
  const [first] = otlp.requests;
  expect(first).toEqual({ url: "/v1/traces", type: "application/x-protobuf", key: "collector-key-0123" });
  rig.massgen.child.kill("SIGTERM");
  expect(await rig.massgen.exited).toMatchObject({ code: 0 });
  expect(rig.massgen.stderr()).not.toContain("collector-key");
});

test("a run in the background, which a store keeps, goes below its client's span as well", async () => {
  await using otlp = await collector();
  await using rig = await startRig({
    args: ["--store", "sqlite:./runs.db"],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, OTEL_BSP_SCHEDULE_DELAY: "20" },
  });
  rig.play(teamScript({}));
  const body = { model: "massgen", input: "Why is the sky blue?", background: true };
  const headers = { traceparent, "x-massgen-calls-detail": "1" };
  const begun = await send(rig.url, body, { path: "/v1/responses", headers });
  const { id } = JSON.parse(await begun.rest()) as { id: string };
  await expect.poll(() => otlp.text(), { timeout: 60_000 }).toContain("invoke_agent massgen");
  expect(otlp.holds(Buffer.from(traceId, "hex"))).toBe(true);
  expect(otlp.text().match(/invoke_agent massgen/g), "it is written once").toHaveLength(1);
  const path = `/v1/responses/${id}`;
  const fetched = JSON.parse(await (await send(rig.url, undefined, { method: "GET", path })).rest()) as {
    massgen_metadata: { calls_detail: readonly { purpose: string; result: string }[] };
  };
  expect(fetched.massgen_metadata.calls_detail.map(({ purpose, result }) => `${purpose} ${result}`)).toEqual([
    "draft ok",
    "draft ok",
    "ballot ok",
    "ballot ok",
    "presentation ok",
  ]);
});

test("what is not yet sent when the server stops is sent then", async () => {
  await using otlp = await collector();
  await using rig = await startRig({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_BSP_SCHEDULE_DELAY: "600000",
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    },
  });
  rig.play(teamScript({}));
  await (await send(rig.url, asked())).rest();
  rig.massgen.child.kill("SIGTERM");
  expect(await rig.massgen.exited).toMatchObject({ code: 0 });
  for (const word of ["invoke_agent massgen", "gen_ai.output.messages", "coordinated answer", "covers storage costs"])
    expect(otlp.text()).toContain(word);
});

test("a collector that is not there costs no answer, and one warning", async () => {
  const gone = await collector();
  await gone[Symbol.asyncDispose]();
  await using rig = await startRig({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: gone.url, OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_EXPORTER_OTLP_TIMEOUT: "500" },
  });
  rig.play(teamScript({}));
  const answered = await send(rig.url, asked(), { headers: { traceparent } });
  expect([answered.status, await answered.rest()]).toEqual([200, expect.stringContaining("coordinated answer")]);
  await rig.massgen.prints('"msg":"traces: ');
  rig.massgen.child.kill("SIGTERM");
  expect(await rig.massgen.exited).toMatchObject({ code: 0 });
  expect(rig.massgen.stderr().match(/"msg":"traces: /g)).toHaveLength(1);
});
