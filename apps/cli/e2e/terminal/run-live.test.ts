// massgen run in a real terminal: what is on the screen, which keys do what, how it ends.
import { openaiTeam, pointedAt, startUpstream, text, type Upstream, vote, gated, httpError } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { labelOf } from "../script.ts";
import { hasTmux, openTerminal, type Terminal, type TerminalSettings } from "./tmux.ts";

const answers: ReadonlyMap<string, string> = new Map([
  ["ada-model", "Blue light is scattered more than red light by the air. That is why the sky is blue."],
  ["ben-model", "空は青い。 \u001b[2J\u001b]0;owned\u0007 Air scatters short waves more."],
  ["cyd-model", "The sky reflects the sea."],
]);
const final = "Air scatters blue light \u001b[31mfar\u001b[0m more than red light.\n\nSo blue comes from all sides.";

/** A part of a run that waits until it may go on. */
function gate(): { readonly gate: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { gate: promise, open: () => resolve(undefined) };
}

interface Stage {
  readonly terminal: Terminal;
  /** Lets the drafts of cyd, the votes, the final answer go on. */
  readonly go: { readonly draft: () => void; readonly votes: () => void; readonly answer: () => void };
}

/** A team of three whose last draft, votes and final answer wait to be let go. */
async function onStage(
  settings: Partial<TerminalSettings> & { readonly args?: string },
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const [draft, votes, answer] = [gate(), gate(), gate()];
  const upstream: Upstream = await startUpstream((call) => {
    const written = answers.get(call.model) ?? "";
    if (call.messages.some((message) => message.text.includes("Fail"))) return httpError(401);
    switch (call.phase) {
      case "draft":
        return call.model === "cyd-model" ? gated(text(written), draft.gate) : text(written);
      case "ballot":
        return gated(vote(labelOf(call, answers.get("ada-model") ?? ""), "It names\nthe \u001b[5mlaw."), votes.gate);
      case "presentation":
        return gated(text(final, { chunks: 20 }), answer.gate);
    }
  });
  const { args = "", ...rest } = settings;
  // All three votes count, in whatever order they come.
  const rules = "orchestrator: { final_answer: synthesize, early_stop: false }\n";
  await using terminal = await openTerminal({
    command: `massgen run ${args} "Why is the sky blue?"`,
    files: { "massgen.yaml": openaiTeam(["ada", "ben", "cyd"], rules) },
    ...rest,
    env: { ...pointedAt(upstream), ...rest.env },
  });
  try {
    await play({ terminal, go: { draft: draft.open, votes: votes.open, answer: answer.open } });
  } finally {
    for (const each of [draft, votes, answer]) each.open();
    await upstream.close();
  }
}

const widest = (screen: string): number => Math.max(...screen.split("\n").map((line) => line.length));

describe.skipIf(!hasTmux)("massgen run in a terminal", () => {
  it.each([60, 100, 200])("of %i columns: the board, the votes, the answer, what it took", async (columns) => {
    await onStage({ columns, env: { NO_COLOR: "1" } }, async ({ terminal, go }) => {
      const drafting = await terminal.shows("2 of 3 answers in");
      expect(drafting).toContain("Why is the sky blue?\n\n  ada");
      expect(drafting).toMatch(/ada .*answered {3}Blue light is scattered/);
      expect(drafting).toMatch(/ben .*answered {3}空は青い。 Air scatters|ben .*answered {3}空は青い。/);
      expect(drafting).toMatch(/cyd .*drafting/);
      expect(drafting).toContain("Ctrl-C: answer now");
      expect(drafting.includes("ada-model")).toBe(columns > 60);
      go.draft();
      const voting = await terminal.shows("3 to come");
      expect(voting).toMatch(/Votes: ada 0 {3}ben 0 {3}cyd 0/);
      go.votes();
      const decided = await terminal.shows("ada won with 2 of 3 votes and writes the final answer.");
      expect(decided).toMatch(/ben .*voted {6}for ada: It names the \[5mlaw\./);
      expect(decided).toContain("Votes: ada ## 2   ben # 1   cyd 0");
      go.answer();
      expect(await terminal.exited()).toBe(0);
      const end = await terminal.screen();
      expect(end).toContain(
        "\n\nAir scatters blue light far more than red light.\n\nSo blue comes from all sides.\n\n",
      );
      expect(end).toMatch(/majority · 7 calls · [^·]+ · 105 tokens$/);
      expect(end.match(/Why is the sky blue/g)).toHaveLength(1);
      expect(widest(end)).toBeLessThanOrEqual(columns);
      expect(await terminal.screen({ colours: true })).not.toContain("\u001b[");
    });
  });

  it("has colours where nobody minds", async () => {
    await onStage({}, async ({ terminal, go }) => {
      for (const each of Object.values(go)) each();
      expect(await terminal.exited()).toBe(0);
      expect(await terminal.screen({ colours: true })).toContain("\u001b[32mvoted");
    });
  });

  it("keeps its board whole while the window changes its size", async () => {
    await onStage({ columns: 100 }, async ({ terminal, go }) => {
      await terminal.shows("2 of 3 answers in");
      await terminal.resize(60);
      const small = await terminal.shows(/ada {2}answered/);
      expect(small.match(/Why is the sky blue|ada .*answered|cyd .*drafting/g), small).toHaveLength(3);
      expect(widest(small)).toBeLessThanOrEqual(60);
      await terminal.resize(130);
      const large = await terminal.shows("ada-model");
      expect(large.match(/Why is the sky blue|ada .*answered|cyd .*drafting/g), large).toHaveLength(3);
      await terminal.resize(58, 20);
      await terminal.shows(/ada {2}answered/);
      for (const each of Object.values(go)) each();
      expect(await terminal.exited()).toBe(0);
      const end = await terminal.screen();
      expect(end.match(/Why is the sky blue|Votes:|So blue comes from all sides\./g), end).toHaveLength(3);
    });
  });

  it("Ctrl-C asks for the answer now; other keys leave no trace; --strict says that it is degraded", async () => {
    await onStage({ args: "--strict" }, async ({ terminal, go }) => {
      await terminal.shows("2 of 3 answers in");
      await terminal.type("some keys");
      await terminal.press("Enter", "Enter", "C-c");
      const board = await terminal.shows("Without votes a lot was drawn");
      expect(board).not.toMatch(/some keys|\^C/);
      go.answer();
      expect(await terminal.exited()).toBe(3);
      const end = await terminal.screen();
      expect(end).toContain("So blue comes from all sides.");
      expect(end).toContain("degraded (answer-now)");
      expect(end).toContain("Somebody wanted the answer at once");
    });
  });

  it("a second Ctrl-C ends it", async () => {
    await onStage({}, async ({ terminal }) => {
      await terminal.shows("2 of 3 answers in");
      await terminal.press("C-c");
      await terminal.shows("Ctrl-C again: stop");
      await terminal.press("C-c");
      expect(await terminal.exited()).toBe(130);
      expect(await terminal.screen()).toMatch(/cancelled · \d calls/);
    });
  });

  it("a failed run says why, and exits with 1", async () => {
    await onStage({ command: 'massgen run "Fail"' }, async ({ terminal }) => {
      expect(await terminal.exited()).toBe(1);
      const end = await terminal.screen();
      expect(end).toMatch(/ada .*failed {5}authentication/);
      expect(end).toMatch(/failed · 3 calls/);
      expect(end).toMatch(/Failed: .*key/);
    });
  });
});
