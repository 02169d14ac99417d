import { type Fault, faults } from "@massgen/fault-lab";
import type { CallPhase, WireName } from "@massgen/upstream";

/** An agent of a team that the matrix is run on. Its id is its folder in the lab's address. */
export interface MatrixAgent {
  readonly id: string;
  readonly wire: WireName;
}

const others: readonly MatrixAgent[] = [
  { id: "a1", wire: "claude" },
  { id: "a2", wire: "gemini" },
];
export const agents: readonly MatrixAgent[] = [{ id: "a0", wire: "openai" }, ...others];
/** The team whose first member goes by OpenAI's other API. The same number as before: how votes fall depends on it. */
const responsesAgents: readonly MatrixAgent[] = [{ id: "a0", wire: "responses" }, ...others];

/** One field of the matrix: who goes wrong, how, when, and how the client listens. */
export interface Cell {
  /** Its own name for the model, by which its calls are told from others. */
  readonly model: string;
  readonly agents: readonly MatrixAgent[];
  readonly fault: Fault;
  readonly phase: CallPhase;
  readonly extent: "one agent" | "all but one" | "all";
  /** Who has the fault. */
  readonly faulty: readonly string[];
  /** Whose drafts a healthy voter votes for: the first of them that it is shown. */
  readonly favourites: readonly string[];
  readonly stream: boolean;
}

/** How a cell is called in reports. */
export function nameOf({ fault, phase, extent, faulty, stream, model }: Cell): string {
  return `${model}: ${fault.name} / ${phase} / ${extent} (${faulty.join(", ")}) / ${stream ? "SSE" : "JSON"}`;
}

/** The agents, beginning at one of them. */
function from(lead: number): readonly string[] {
  return [...agents.slice(lead), ...agents.slice(0, lead)].map(({ id }) => id);
}

/** Every agent is the one that fails, and the one that is left, once; all of them fail together in one way. */
const extents: readonly {
  readonly extent: Cell["extent"];
  readonly count: number;
  readonly leads: readonly number[];
}[] = [
  { extent: "one agent", count: 1, leads: [0, 1, 2] },
  { extent: "all but one", count: 2, leads: [0, 1, 2] },
  { extent: "all", count: 3, leads: [0] },
];

/** The cells of one fault, still without names of their own. */
export function cellsOf(fault: Fault, team = agents): readonly Omit<Cell, "model">[] {
  return fault.phases.flatMap((phase) =>
    extents.flatMap(({ extent, count, leads }) =>
      leads.flatMap((lead) => {
        const order = from(lead);
        const faulty = order.slice(0, count);
        // A fault in the vote or the presentation is to meet the winner; a failed draft cannot win.
        const favourites = phase === "draft" ? from(lead + 1) : order;
        return [false, true].map((stream) => ({ agents: team, fault, phase, extent, faulty, favourites, stream }));
      }),
    ),
  );
}

function named(unnamed: readonly Omit<Cell, "model">[]): readonly Cell[] {
  return unnamed.map((cell, at) => ({ ...cell, model: `cell-${at + 1}` }));
}

/** The whole matrix. */
export const cells: readonly Cell[] = named(faults.flatMap((fault) => cellsOf(fault)));

/** Every fault in every phase of the member that goes by responses, alone: the rest is as in the other team. */
export const responsesCells: readonly Cell[] = named(
  faults.flatMap((fault) => cellsOf(fault, responsesAgents)).filter(({ faulty }) => faulty.join() === "a0"),
);
/** Half of them, streamed and not by turns. */
export const responsesSample: readonly Cell[] = responsesCells.filter((_, at) => at % 2 === Math.floor(at / 2) % 2);

/**
 * What every run of the tests takes of the matrix: a cell for each phase of each fault. By turns one agent fails, all
 * but one, and all do; who fails, and whether the client hears it as a stream, differs from one to the next.
 */
export const sample: readonly Cell[] = [
  ...Map.groupBy(cells, ({ fault, phase }) => `${fault.name} / ${phase}`).values(),
].map((ofPhase, at) => {
  const turn = Math.floor(at / extents.length);
  // Most faults have as many phases as there are extents: each phase has each of them by turns. One presenter who is
  // waited for in vain is enough: several would be, one after the other.
  const waits = ofPhase.some(({ fault, phase }) => fault.pace === "slow" && phase === "presentation");
  const { extent, leads } = extents[waits ? 0 : (at + turn) % extents.length] as (typeof extents)[number];
  const lead = Math.floor(turn / extents.length) % leads.length;
  const stream = (Math.floor(turn / 2) + at) % 2;
  return ofPhase.filter((cell) => cell.extent === extent)[2 * lead + stream] as Cell;
});
