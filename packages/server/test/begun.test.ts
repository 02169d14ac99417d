// What a host is told of a run that begins.
import { createMemoryStore } from "@massgen/runs";
import { afterEach, expect, test } from "vitest";
import type { BegunRun } from "../src/index.ts";
import { asked, gatedTeam, host, stopHosts } from "./store-host.ts";

afterEach(stopHosts);

const headers = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1" };

test.each([false, true])(
  "its id, its request and the trace that it belongs to; in the background: %s",
  async (background) => {
    const begun: BegunRun[] = [];
    const { client } = await host(
      createMemoryStore(),
      gatedTeam().team,
      [],
      undefined,
      {},
      { begun: (run) => begun.push(run) },
    );
    const { response } = await client.responses.create({ ...asked, background }, { headers }).withResponse();
    await client.responses.create({ ...asked, background });
    expect(begun).toEqual([
      {
        runId: response.headers.get("x-massgen-run-id"),
        request: expect.objectContaining({ messages: [{ role: "user", content: asked.input }] }) as unknown,
        ...headers,
      },
      expect.not.objectContaining({ traceparent: expect.anything() as unknown }),
    ]);
  },
);
