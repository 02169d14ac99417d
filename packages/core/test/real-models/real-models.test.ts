import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Setup } from "../../src/coordination/state.ts";
import { came, fold } from "./fold.ts";
import { type Recording, readRecordings, recordingsFolder } from "./recordings.ts";

// Replies that nobody scripted: small open models under llama.cpp, recorded by `npm run real-models`.

const recordings = readRecordings();

/** The first decision of a log under other settings: the exhaustive run has all that any rules would have asked for. */
function selected({ setup, facts }: Recording, settings: Partial<Setup["settings"]>): string | undefined {
  const changed = { ...setup, settings: { ...setup.settings, ...settings } };
  for (const [, effects] of fold(changed, facts))
    for (const effect of effects)
      if (effect.type === "announce" && effect.announcement.type === "winner-selected")
        return effect.announcement.candidate;
  return undefined;
}

it("the recordings are there, and of a size that a repository can carry", () => {
  expect(recordings.length).toBeGreaterThan(3);
  const bytes = readdirSync(recordingsFolder).map((name) => statSync(join(recordingsFolder, name)).size);
  for (const size of bytes) expect(size).toBeLessThanOrEqual(200_000);
});

it.each(recordings.map((recording) => [recording.question, recording] as const))(
  "a recorded run comes to what it came to: %s",
  (_, { setup, facts, came: then }) => {
    expect(came(setup, facts)).toEqual(then);
  },
);

it("without the measuring the rules select the same, with early stop or without", () => {
  for (const recording of recordings) {
    expect(selected(recording, { exhaustive: false })).toBe(recording.came.winner);
    expect(selected(recording, { exhaustive: false, earlyStop: false })).toBe(recording.came.winner);
  }
});

it("a real model's vote is for an answer on its own ballot, and its reason is one bounded line", () => {
  let votes = 0;
  for (const { setup, facts } of recordings)
    for (const [{ ballotOrders }, effects] of fold(setup, facts))
      for (const effect of effects) {
        if (effect.type !== "announce" || effect.announcement.type !== "vote-cast") continue;
        const { agentId, candidate, reason } = effect.announcement;
        votes++;
        expect(ballotOrders.get(agentId)).toContain(candidate);
        expect(reason).not.toMatch(/\n/);
        expect(reason.length).toBeLessThanOrEqual(600);
      }
  expect(votes).toBeGreaterThan(recordings.length);
});
