import type { Board } from "./board.ts";

/** How far a run has come, in a few words. */
export function statusOf({ seats, stage, votes, winner, presenter }: Board): string {
  const [only] = seats;
  switch (stage) {
    case "drafting": {
      if (only === undefined) return "Starting";
      if (seats.length === 1) return `Asking ${only.id}`;
      const playing = seats.filter(({ doing }) => doing.is !== "out" && doing.is !== "held");
      const done = seats.filter(({ doing }) => doing.is === "answered").length;
      return `Drafting: ${done} of ${playing.length} answers in`;
    }
    case "voting": {
      const { voters = [], done = new Set() } = votes ?? {};
      return `Voting: ${done.size} of ${voters.length} votes in`;
    }
    case "answering":
      return presenter === undefined
        ? `The answer is that of ${winner ?? "the team"}`
        : `${presenter} writes the answer`;
    case "ended":
      return "Done";
  }
}
