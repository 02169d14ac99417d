import { afterEach, describe, expect, it } from "vitest";
import { TimedWorker } from "./timed-worker.ts";
import { JobKilledError, WorkerStartError } from "./worker-error.ts";

type Job = "echo" | "loop" | "pattern" | "fill" | "exit" | "steps" | `say ${string}`;

const thread = `
  import { parentPort } from "node:worker_threads";
  import { serveJobs } from "${new URL("./serve-jobs.ts", import.meta.url).href}";
  serveJobs((job, step) => {
    if (job === "loop") for (;;);
    if (job === "pattern") return /^(a+)+$/.test("a".repeat(60) + "b");
    if (job === "fill") for (const held = [];;) held.push({ job, more: [job] });
    if (job === "exit") process.exit(3);
    if (job === "steps") { step(); step(); for (;;); }
    return job;
  });
`;

const file = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);
const limitsMs = [60_000] as const;
const workers: TimedWorker<Job, unknown>[] = [];

function start(source = thread): TimedWorker<Job, unknown> {
  const worker = new TimedWorker<Job, unknown>(file(source), 64);
  workers.push(worker);
  return worker;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map(async (worker) => worker.close()));
});

describe("a timed worker", () => {
  it("starts with the first job and does the next ones in the same thread", async () => {
    const worker = start();
    expect(worker.started).toBe(0);
    expect(await worker.run("say a", { limitsMs })).toBe("say a");
    expect(await worker.run("say b", { limitsMs })).toBe("say b");
    expect(worker.started).toBe(1);
  });

  it.each(["loop", "pattern"] as const)(
    "kills what comes to no end (%s), and goes on in another thread",
    async (job) => {
      const worker = start();
      const killed = worker.run(job, { limitsMs: [50] });
      const next = worker.run("say next", { limitsMs });
      await expect(killed).rejects.toThrow(JobKilledError);
      expect(await next).toBe("say next");
      expect(worker.started).toBe(2);
    },
  );

  it.each(["fill", "exit"] as const)("outlives a thread that dies of its job (%s)", async (job) => {
    const worker = start();
    await expect(worker.run(job, { limitsMs })).rejects.toThrow(JobKilledError);
    expect(await worker.run("say next", { limitsMs })).toBe("say next");
  });

  it("has a limit for each step, the last one for all further", async () => {
    await expect(start().run("steps", { limitsMs: [60_000, 40] })).rejects.toThrow("stopped after 40 ms");
  });

  it("takes the lowest rank first, as it is when its turn comes", async () => {
    const worker = start();
    const order: unknown[] = [];
    let late = 1;
    const run = async (job: Job, rank: () => number): Promise<unknown> =>
      order.push(await worker.run(job, { limitsMs, rank }));
    const all = [run("say first", () => 9), run("say b", () => 2), run("say a", () => late), run("say c", () => 2)];
    late = 3;
    await Promise.all(all);
    expect(order).toEqual(["say first", "say b", "say c", "say a"]);
  });

  it("spares the work for an answer that is known when its turn comes", async () => {
    const worker = start();
    const first = worker.run("say a", { limitsMs });
    expect(await worker.run("loop", { limitsMs, known: () => "known" })).toBe("known");
    await first;
    expect(worker.started).toBe(1);
  });

  it("lets go at once of a job that is given up: waiting, under way, or not begun", async () => {
    const worker = start();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const gone = worker.run("loop", { limitsMs: [500], signal: running.signal });
    const never = worker.run("loop", { limitsMs, signal: waiting.signal });
    running.abort(new RangeError("left"));
    waiting.abort(new RangeError("left too"));
    await expect(gone).rejects.toThrow("left");
    await expect(never).rejects.toThrow("left too");
    await expect(worker.run("echo", { limitsMs, signal: running.signal })).rejects.toThrow("left");
    expect(await worker.run("say next", { limitsMs })).toBe("say next");
  });

  it("fails all that wait when it cannot start, and tries anew for the next", async () => {
    const worker = start("throw new Error('no such luck')");
    const all = await Promise.allSettled([worker.run("echo", { limitsMs }), worker.run("echo", { limitsMs })]);
    for (const one of all) {
      expect(one).toMatchObject({ status: "rejected", reason: expect.any(WorkerStartError) });
      expect(String((one as PromiseRejectedResult).reason)).toContain("no such luck");
    }
    await expect(worker.run("echo", { limitsMs })).rejects.toThrow(WorkerStartError);
    expect(worker.started).toBe(2);
  });

  it("closes with its job, and can start again", async () => {
    const worker = start();
    const lost = worker.run("loop", { limitsMs });
    const closed = worker.close();
    await expect(lost).rejects.toThrow("closed");
    await closed;
    expect(await worker.run("say again", { limitsMs })).toBe("say again");
  });
});
