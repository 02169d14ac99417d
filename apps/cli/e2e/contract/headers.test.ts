import { afterAll, beforeAll, expect, test } from "vitest";
import { httpError, text } from "@massgen/upstream";
import { asked, type Rig, soloConfig, startRig } from "./rig.ts";
import { problem, readStream, send, type WireOptions } from "./wire.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ config: soloConfig });
});
afterAll(() => rig[Symbol.asyncDispose]());

test("D76: every answer has a request id of its own; the client's is taken when it is a sane one", async () => {
  rig.play(() => text("fine"));
  const ids = [
    (await send(rig.url, asked())).headers["x-request-id"],
    (await send(rig.url, { ...asked(), stream: true })).headers["x-request-id"],
    (await send(rig.url, {})).headers["x-request-id"],
    (await send(rig.url, undefined, { path: "/nowhere" })).headers["x-request-id"],
  ];
  rig.play(() => httpError(401));
  const failed = await problem(await send(rig.url, asked()));
  expect(failed.status).toBe(502);
  ids.push(failed.headers["x-request-id"]);
  expect(ids.filter((id) => /^req_./.test(String(id)))).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
  const wanting = async (id: string): Promise<unknown> =>
    (await send(rig.url, {}, { headers: { "x-request-id": id } })).headers["x-request-id"];
  expect(await wanting("trace-1_2.3")).toBe("trace-1_2.3");
  for (const odd of ["a b", "<script>", "x".repeat(129)]) expect(await wanting(odd)).toMatch(/^req_/);
});

test("D76: OpenAI's client shows the request id of a failure", async () => {
  const failed: unknown = await rig.client.chat.completions
    .create({ ...asked(), n: 2 }, { headers: { "x-request-id": "mine-1" } })
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ requestID: "mine-1" });
});

test("D77: a client waits as long as Retry-After says, and then gets its answer", async () => {
  // Too little time for the server to wait itself, and more than the client would wait unasked.
  const config = `${soloConfig}timeout_settings: { orchestrator_timeout_seconds: 6.9 }\n`;
  await using busy = await startRig({ config });
  busy.play((call) => (call.n === 1 ? httpError(429, undefined, { "retry-after": "7" }) : text("fine")));
  const attempts: { status: number; at: number; waitMs: string | null }[] = [];
  const watched = async (...request: Parameters<typeof fetch>): Promise<Response> => {
    const at = performance.now();
    const response = await fetch(...request);
    attempts.push({ status: response.status, at, waitMs: response.headers.get("retry-after-ms") });
    return response;
  };
  const client = busy.client.withOptions({ maxRetries: 1, fetch: watched });
  expect((await client.chat.completions.create(asked())).choices[0]?.message.content).toBe("fine");
  expect(attempts.map(({ status, waitMs }) => [status, waitMs])).toEqual([
    [429, "7000"],
    [200, null],
  ]);
  const [first, second] = attempts;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(6950);
});

test("D78: responses say how long they took, and not which software made them", async () => {
  rig.play(() => text("fine"));
  for (const response of [
    await send(rig.url, asked()),
    await send(rig.url, {}),
    await send(rig.url, undefined, { path: "/v1/models", method: "GET" }),
  ]) {
    expect(response.headers["openai-processing-ms"]).toMatch(/^\d+$/);
    expect(response.headers).not.toHaveProperty("x-powered-by");
    expect(response.headers).not.toHaveProperty("etag");
  }
});

test("D79: what a client says it accepts decides nothing", async () => {
  rig.play(() => text("fine"));
  for (const accept of ["application/json", "text/html", "image/png;q=0.1", "nonsense", ""]) {
    const options: WireOptions = { headers: { accept } };
    const whole = await send(rig.url, asked(), options);
    expect([whole.status, whole.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
    const stream = await send(rig.url, { ...asked(), stream: true }, options);
    expect(stream.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(readStream(await stream.rest()).content).toBe("fine");
  }
});

test("D80: no page of another origin is let in", async () => {
  rig.play(() => text("fine"));
  const headers = {
    origin: "https://elsewhere.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-stainless-lang",
  };
  for (const response of [
    await send(rig.url, undefined, { method: "OPTIONS", headers }),
    await send(rig.url, asked(), { headers }),
  ]) {
    expect(Object.keys(response.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
});
