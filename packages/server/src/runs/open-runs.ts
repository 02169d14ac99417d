import type { Run } from "@massgen/core";
import type { AskedRun, Wire } from "../wires/wire.ts";
import type { AskedTeam } from "./find-team.ts";
import { Ongoing } from "./ongoing.ts";

/** A run that is driven in this process for its client. */
export interface OpenRun {
  readonly run: Run;
  readonly wire: Wire;
  readonly owner: string | undefined;
  readonly team: AskedTeam;
  /** As the client named it. */
  readonly model: string;
  readonly request: AskedRun;
  readonly background: boolean;
  /** How it is going to be kept; absent if it is not. */
  kept?: { readonly stored: boolean; removed?: true };
  /** Whether somebody else than its client cancelled it. */
  calledOff?: true;
}

/** The runs that are driven here for their clients, from their beginning until they are kept or let go. */
export interface OpenRuns {
  /** The returned function lets it go. */
  readonly add: (open: OpenRun) => () => void;
  readonly find: (runId: string) => OpenRun | undefined;
  /** In the order of their beginnings. */
  readonly all: () => readonly OpenRun[];
}

export function createOpenRuns(): OpenRuns {
  const open = new Ongoing<OpenRun>();
  return {
    add(begun) {
      const leave = open.add(begun);
      return () => void leave();
    },
    find: (runId) => [...open].find(({ run }) => run.id === runId),
    all: () => [...open],
  };
}
