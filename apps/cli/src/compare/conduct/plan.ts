import { rmSync } from "node:fs";
import type { RunRequest } from "@massgen/core";
import type { Question } from "../questions/question.ts";
import { digestOf, runKey } from "./digest.ts";
import { ended, hasFailures, type KeptLog } from "./kept-log.ts";
import type { OutFolder } from "./out-folder.ts";
import { openRunFile } from "./run-file.ts";

/** A run that a comparison needs. */
export interface PlannedRun {
  readonly key: string;
  readonly path: string;
  readonly request: RunRequest;
}

/** The runs of each question. A question that stands in the file twice has runs of its own each time. */
export function plannedRuns(
  questions: readonly Question[],
  runsEach: number,
  team: string,
  folder: OutFolder,
): readonly (readonly PlannedRun[])[] {
  const times = new Map<string, number>();
  return questions.map(({ messages }) => {
    const asked = digestOf(messages);
    const before = times.get(asked) ?? 0;
    times.set(asked, before + runsEach);
    return Array.from({ length: runsEach }, (_, n) => plannedRun(messages, team, before + n, folder));
  });
}

export function plannedRun(messages: Question["messages"], team: string, n: number, folder: OutFolder): PlannedRun {
  const key = runKey(team, messages, n);
  return { key, path: folder.runFile(key), request: { messages, delivery: "whole" } };
}

/**
 * The kept run, if it has ended.
 * @param retryFailed removes one in which a call failed for good, so that it is made again
 */
export async function keptRun(
  { path, key }: PlannedRun,
  folder: OutFolder,
  retryFailed = false,
): Promise<KeptLog | undefined> {
  if (!folder.has(key)) return undefined;
  const file = await openRunFile(path);
  const { head, log } = file;
  await file.close();
  const kept = head && { ...head, log };
  const result = kept && ended(kept);
  if (!result) return undefined;
  if (!retryFailed || !hasFailures(result)) return kept;
  rmSync(path);
  return undefined;
}
