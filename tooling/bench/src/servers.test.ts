import { expect, test } from "vitest";
import { startScript } from "./child-server.ts";
import { sharedMs } from "./clock.ts";
import { clientAgent, streamedRun } from "./streamed-run.ts";
import { callsOf, until } from "./upstream-calls.ts";

test("the bare server makes all calls of a run, the upstream notices who leaves", async () => {
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), ["--events=10", "--every-ms=5"]);
  const bare = await startScript(new URL("bare-server.ts", import.meta.url), [upstream.url, "3"]);
  const agent = clientAgent();
  try {
    const { firstByteMs, totalMs } = await streamedRun(agent, bare.url, "Go. run-1", sharedMs()).done;
    expect(totalMs).toBeGreaterThanOrEqual(3 * 10 * 5);
    expect(firstByteMs).toBeLessThan(totalMs);
    expect(await callsOf(upstream.url)).toEqual({ open: 0, broken: [] });

    const left = streamedRun(agent, upstream.url, "Go. run-2", sharedMs());
    await until("the call is open", 5, async () => (await callsOf(upstream.url)).open === 1);
    left.hangUp();
    await expect(left.done).rejects.toThrow(/^(socket hang up|aborted)$/);
    await until("the call is broken", 5, async () => (await callsOf(upstream.url)).broken[0]?.run === 2);
  } finally {
    agent.destroy();
    await Promise.all([bare.stop(), upstream.stop()]);
  }
});
