import { type Run, type RunRequest, rulesVersion } from "@massgen/core";
import { type ToldRun, toldRun } from "../runs/account/told-run.ts";

/** A run of this process as `massgen runs show` tells kept ones. */
export function toldHere(
  run: Pick<Run, "id" | "record">,
  {
    request,
    team,
    redact,
  }: { readonly request: RunRequest; readonly team: string; readonly redact: (text: string) => string },
): ToldRun {
  const { setup, log } = run.record();
  const { signal: _, allowance: __, ...kept } = request;
  const createdAtMs = setup.startedAt;
  return toldRun(
    {
      id: run.id,
      owner: "you",
      request: kept,
      wire: {},
      background: false,
      setup,
      team,
      rules: rulesVersion,
      fold: 0,
      createdAtMs,
      expiresAtMs: createdAtMs,
    },
    log,
    redact,
  );
}
