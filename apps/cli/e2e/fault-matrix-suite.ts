import { behaviourOf, healthyAnswer } from "@massgen/fault-lab";
import { setTimeout as delay } from "node:timers/promises";
import { type MassgenProcess, startUpstream, type Upstream } from "@massgen/upstream";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ask } from "./fault-matrix-answer.ts";
import { type Cell, nameOf } from "./fault-matrix-cell.ts";
import { expectationOf } from "./fault-matrix-oracle.ts";
import { type MatrixLog, readLog } from "./fault-matrix-log.ts";
import { complaintsOf, handlesOf, keys, startMatrixTeam } from "./fault-matrix-team.ts";
import { verdictOn } from "./fault-matrix-verdict.ts";

/**
 * Cells that work, and cells that wait for a limit to run out: all of these at once, since the limits are long enough
 * for a slow machine.
 */
const atOnce = 40;
const slowAtOnce = 400;
/** How long after the answer a call upstream may still be open. */
const closingMs = 60_000;

/** A part of the cells' names: these run, and no others. */
const named = process.env["FAULT_MATRIX"];

/**
 * The tests of a matrix on one massgen process.
 *
 * @param cells all of one team
 * @param sample those that every run of the tests takes
 */
export function runMatrix(cells: readonly Cell[], sample: readonly Cell[]): void {
  const size = process.env["MASSGEN_TESTS"] === "all" ? cells : sample;
  const chosen = named === undefined ? size : cells.filter((cell) => nameOf(cell).includes(named));
  let lab: Upstream;
  let massgen: MassgenProcess;
  let url: string;
  let log: MatrixLog;
  /** What kept massgen alive before the first request. */
  let atRest: Readonly<Record<string, number>>;

  beforeAll(async () => {
    const byModel = new Map(cells.map((cell) => [cell.model, cell]));
    lab = await startUpstream((call) => {
      const cell = byModel.get(call.model);
      const hit = cell?.phase === call.phase && cell.faulty.includes(call.place);
      const healthy = healthyAnswer(call, cell?.favourites ?? [], cell?.fault.draftChars);
      return behaviourOf(call, healthy, hit ? cell.fault : undefined);
    });
    const { url: origin } = lab;
    massgen = await startMatrixTeam(() => origin, cells[0]?.agents);
    log = readLog(massgen);
    url = await massgen.ready();
    // It listens, and still loads what requests will need, for which it has timers and a thread.
    const settled = async (): Promise<void> => {
      atRest = await handlesOf(massgen);
      expect(Object.keys(atRest).filter((kind) => !kind.endsWith("Wrap"))).toEqual([]);
    };
    await vi.waitFor(settled, { interval: 250, timeout: 60_000 });
  });

  afterAll(async () => {
    await massgen?.[Symbol.asyncDispose]();
    await lab?.close();
  });

  /**
   * Sends a cell's request once, and again if its fault teaches something: a third time for ballots. Returns the first
   * failure only. To a service, a draft and a presentation look alike, so a lesson that one of them learned by luck is
   * unlearned when the service accepts the other unchanged.
   */
  async function check(cell: Cell): Promise<string | undefined> {
    let failure = await checkOnce(cell, 0);
    for (let before = 1; cell.fault.teaches && before < (cell.phase === "ballot" ? 3 : 2); before += 1)
      failure ??= await checkOnce(cell, before);
    return failure;
  }

  async function checkOnce(cell: Cell, before: number): Promise<string | undefined> {
    const known = lab.callsOf(cell.model).length;
    const got = await ask(url, cell);
    // A connection takes a moment to close, and the call's end is seen on the other side of it.
    await Promise.race([lab.idle(cell.model), delay(closingMs, undefined, { ref: false })]);
    const calls = lab.callsOf(cell.model).slice(known);
    const line = await log.lineOf(cell.model);
    const problems = verdictOn(cell, expectationOf(cell, before), got, line, calls, keys);
    const name = `${nameOf(cell)}${before > 0 ? `, asked again (${before})` : ""}`;
    return problems.length === 0 ? undefined : `${name}\n${problems.map((line) => `    ${line}`).join("\n")}`;
  }

  /** Runs the cells, at most `limit` at a time. Returns a description of each failure. */
  async function run(list: readonly Cell[], limit: number): Promise<readonly string[]> {
    const failures: string[] = [];
    const waiting = [...list];
    const worker = async (): Promise<void> => {
      for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
        const failure = await check(cell);
        if (failure !== undefined) failures.push(failure);
      }
    };
    await Promise.all(Array.from({ length: limit }, worker));
    return failures;
  }

  it(
    `${chosen.length} cells${chosen === sample ? " (sample; whole in CI)" : ""}: each ends as its fault must`,
    { timeout: 7_200_000 },
    async () => {
      expect(chosen, "FAULT_MATRIX names no cell").not.toEqual([]);
      const paced = (pace: Cell["fault"]["pace"]): readonly Cell[] => chosen.filter(({ fault }) => fault.pace === pace);
      const timed = await Promise.all([run(paced("slow"), slowAtOnce), run(paced(undefined), atOnce)]);
      const failures = [...timed.flat(), ...(await run(paced("heavy"), 2))];
      expect(failures.join("\n"), `${failures.length} of ${chosen.length} cells failed`).toBe("");
    },
  );

  it("leaves no call open, says nothing on stderr, and is still well", async () => {
    expect(lab.openCalls()).toBe(0);
    expect(complaintsOf(massgen)).toEqual([]);
    expect(await (await fetch(`${url}/health`, { headers: { Connection: "close" } })).json()).toMatchObject({
      status: "ok",
    });
  });

  it("leaves no timer and no socket in the process", async () => {
    // Connections upstream that are kept for later are closed when nobody asks any more.
    await expect.poll(() => handlesOf(massgen), { interval: 250 }).toEqual(atRest);
    expect(atRest["Timeout"]).toBeUndefined();
  });

  it("has nothing left to wait for: a polite request ends it at once", async () => {
    massgen.child.kill("SIGTERM");
    expect(await massgen.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => lab.openConnections()).toBe(0);
  });
}
