import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { keptRun } from "@massgen/runs/testing";
import { afterEach, expect, it } from "vitest";
import type { AnswerBounds } from "./ask-server.ts";
import { httpSource } from "./http-source.ts";

const key = "the-key-of-this-server";
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A source over a server that does this, and the paths that it was asked for. */
async function over(answer: RequestListener, bounds?: AnswerBounds) {
  const asked: string[] = [];
  server = createServer((req, res) => {
    asked.push(req.url ?? "");
    answer(req, res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { source: httpSource({ url, key }, bounds), asked, url };
}

/** Answers by path; 404 in MassGen's words for the others. */
function answers(byPath: Readonly<Record<string, object | string>>, status = 200): RequestListener {
  const known = new Map(Object.entries(byPath));
  return (req, res) => {
    const { pathname } = new URL(req.url ?? "", "http://server");
    const body = known.get(pathname);
    const problem = { error: { message: `There is nothing at GET ${pathname}.`, code: "unknown_url" } };
    res.writeHead(body === undefined ? 404 : status, { "content-type": "application/json" });
    res.end(typeof body === "string" ? body : JSON.stringify(body ?? problem));
  };
}

const item = {
  id: "run_1",
  object: "massgen.run",
  status: "completed",
  created_at: 1_767_225_600,
  ended_at: 1_767_225_609,
  expires_at: 1_769_817_600,
  owner: "ui",
  endpoint: "/v1/chat/completions",
  background: false,
  team: "massgen",
  question: "Why?",
  outcome: "tied",
  degraded: true,
  winner: "ada",
  model: "ada-model",
  calls: 7,
  tokens: 900,
  cost_usd: null,
};
const list = (...data: readonly unknown[]): object => ({ object: "list", data });

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "MassgenError", code: "configuration" });
  return (error as Error).message;
}

it("a list comes in pages, with its filters, as a store gives it", async () => {
  let listed = 0;
  const { source, asked } = await over((req, res) => {
    const limit = Number(new URL(req.url ?? "", "http://server").searchParams.get("limit"));
    const data = Array.from({ length: Math.min(limit, 150 - listed) }, () => ({ ...item, id: `run_${(listed += 1)}` }));
    res.end(JSON.stringify(list(...data)));
  });
  const filter = { open: true, degraded: true, team: "massgen/a b", model: "m&n", sinceMs: 1_767_225_600_001 } as const;
  const runs = await source.list({ ...filter, limit: 180, after: "run_0" });
  expect(runs.map(({ id }) => id)).toEqual(Array.from({ length: 150 }, (_, at) => `run_${at + 1}`));
  const queries = asked.map((path) => Object.fromEntries(new URLSearchParams(path.split("?")[1])));
  const sent = {
    outcome: "open",
    degraded: "true",
    team: filter.team,
    model: "m&n",
    since: "2026-01-01T00:00:00.001Z",
  };
  expect(queries).toEqual([
    { ...sent, limit: "100", after: "run_0" },
    { ...sent, limit: "80", after: "run_100" },
  ]);
  expect(runs[0]).toEqual({
    id: "run_1",
    owner: "ui",
    wire: "/v1/chat/completions",
    background: false,
    team: "massgen",
    question: "Why?",
    createdAtMs: 1_767_225_600_000,
    expiresAtMs: 1_769_817_600_000,
    end: {
      endedAtMs: 1_767_225_609_000,
      outcome: "tied",
      degraded: true,
      calls: 7,
      tokens: 900,
      model: "ada-model",
      winner: "ada",
    },
  });
});

it("a run and its log are fetched together, with a constant for the secret; the key goes in a header only", async () => {
  const { setup, ...head } = keptRun("run_1");
  const { secret: _, ...shown } = setup;
  const facts = [{ type: "run-started", atMs: 0 }];
  const keys: unknown[] = [];
  const { source, asked } = await over((req, res) => {
    keys.push(req.headers.authorization);
    answers({ "/massgen/runs/run_1/log": { run: { ...head, setup: shown }, facts } })(req, res);
  });
  expect(await source.find("run_1")).toEqual({ ...head, setup: { ...setup, secret: "0000000000000000" } });
  expect(await source.log("run_1")).toEqual(facts);
  expect([asked, keys]).toEqual([["/massgen/runs/run_1/log"], [`Bearer ${key}`]]);
  expect(await source.log("run_1")).toEqual(facts);
  expect(asked).toHaveLength(2);
});

it("a run that the server does not know is unknown, and a page behind one is empty", async () => {
  const { source, asked } = await over(answers({ "/massgen/runs": list() }));
  expect(await source.find("run_1/../x")).toBeUndefined();
  expect(asked[0]).toBe("/massgen/runs/run_1%2F..%2Fx/log");
  server?.close();
  const refused = { error: { message: "'after' names no run.", param: "after" } };
  expect(await (await over(answers({ "/massgen/runs": refused }, 400))).source.list({ limit: 1, after: "x" })).toEqual(
    [],
  );
});

it.each<[string, RequestListener, RegExp]>([
  [
    "a wrong key",
    answers({ "/massgen/runs": { error: { message: "no" } } }, 401),
    /: the key is not right\. It takes an admin's/,
  ],
  ["no runs there", answers({}), /: it shows no runs: that is no MassGen server, or one older/],
  ["another server's page", answers({ "/massgen/runs": "<html>" }), /\(status 200\) is not that of a MassGen server/],
  ["another list", answers({ "/massgen/runs": list({ id: "gpt" }) }), /\(status 200\) is not that of a MassGen server/],
  ["numbers as texts", answers({ "/massgen/runs": list({ ...item, calls: "7" }) }), /is not that of a MassGen server/],
  ["a gateway's error", answers({ "/massgen/runs": "Bad Gateway" }, 502), /\(status 502\) is not that of a MassGen/],
  [
    "its own error, long, coloured, and with the key in it",
    answers({ "/massgen/runs": { error: { message: `\u001b[31mBusy with ${key}. ${"x".repeat(5000)}` } } }, 503),
    /: it refused: status 503, Busy with \[redacted\]\. x{200,300}\.\.\. \(\d+ more characters\)\.$/,
  ],
  [
    "a redirect",
    (_, res) => void res.writeHead(301, { location: "http://127.0.0.1:1/massgen/runs" }).end(),
    /: it sends elsewhere \(status 301\).*Name that address/,
  ],
  ["a connection that breaks", (req) => void req.socket.destroy(), /: the connection broke\. Check the address/],
  ["a body that breaks off", (req, res) => void res.write("{", () => req.socket.destroy()), /: .+\. Check the address/],
])("%s is said in one message, without the key", async (_, answer, says) => {
  const { source, url } = await over(answer);
  const message = await messageOf(source.list({ limit: 20 }));
  expect(message).toMatch(says);
  expect(message.startsWith(url)).toBe(true);
  expect(message).not.toContain(key);
  // oxlint-disable-next-line no-control-regex -- none may be left
  expect(message).not.toMatch(/[\u0000-\u001f]/);
});

it("a log that is none, one that is not kept yet, and a server without logs are told apart", async () => {
  const at = "/massgen/runs/run_1";
  const told = async (byPath: Readonly<Record<string, object>>): Promise<string> => {
    const message = await messageOf((await over(answers(byPath))).source.find("run_1"));
    server?.close();
    return message;
  };
  expect(await told({ [at]: { status: "in_progress" } })).toMatch(/run_1 is under way and not kept yet/);
  expect(await told({ [at]: { status: "completed" } })).toMatch(
    /no log of the run run_1: it is older than this command/,
  );
  expect(await told({})).toMatch(/it shows no runs/);
  const run = keptRun("run_1");
  for (const log of [
    { run, facts: [{ type: "run-started" }] },
    { run: { ...run, id: "run_2" }, facts: [] },
    { run: { ...run, setup: {} }, facts: [] },
    { run: { ...run, request: { messages: "hi" } }, facts: [] },
    { run: { ...run, setup: { ...run.setup, members: [null] } }, facts: [{ type: "run-started", atMs: 0 }] },
    { run },
  ]) {
    expect(await told({ [`${at}/log`]: log })).toMatch(/is not that of a MassGen server, or of another version/);
  }
});

it("answers are bounded in time and in size", async () => {
  const silent = await over(() => {}, { timeMs: 50, bytes: 1000 });
  expect(await messageOf(silent.source.list({ limit: 1 }))).toMatch(/: no whole answer within 0\.05 s\./);
  server?.closeAllConnections();
  server?.close();
  const endless =
    (bytes: number): RequestListener =>
    (_, res) => {
      const more = (): void => void res.write(" ".repeat(bytes), () => res.destroyed || more());
      more();
    };
  const large = await over(endless(65_536), { timeMs: 60_000, bytes: 2 ** 20 });
  expect(await messageOf(large.source.list({ limit: 1 }))).toMatch(/: its answer is larger than 1 MiB, the most/);
});

it("nobody there", async () => {
  const { source } = await over(() => {});
  server?.close();
  await once(server!, "close");
  expect(await messageOf(source.list({ limit: 1 }))).toMatch(/: nothing listens there\. Check the address/);
});
