// massgen chat and massgen alone in a real terminal: what is on the screen, which keys do what, how it ends.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gated, httpError, openaiTeam, pointedAt, startUpstream, text, type Upstream, vote } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { labelOf } from "../script.ts";
import { hasTmux, openTerminal, type Terminal, type TerminalSettings } from "./tmux.ts";

const config = `${openaiTeam(["ada", "ben", "cyd"])}teams:
  all: { agents: [ada, ben, cyd] }
  pair: { agents: [ada, ben] }
orchestrator: { final_answer: synthesize }
`;

const answerOf = (model: string): string => `It is ${model} \u001b[2Jwho says so.`;

interface Stage {
  readonly terminal: Terminal;
  readonly upstream: Upstream;
  /** Types a line, and resolves with the screen once it shows this and the next prompt. */
  readonly say: (line: string, shows: string) => Promise<string>;
}

/** A chat with a team whose last draft never comes if asked slowly, nor its final answer if stuck, and that can fail. */
async function chatting(settings: Partial<TerminalSettings>, play: (stage: Stage) => Promise<void>): Promise<void> {
  const never = Promise.withResolvers<undefined>();
  const upstream = await startUpstream((call) => {
    const asked = call.messages.map((message) => message.text).join("\n");
    if (asked.includes("Fail")) return httpError(401);
    if (call.phase === "ballot") return vote(labelOf(call, answerOf("ada-model")), "Right.");
    const answer = text(answerOf(call.model));
    const missing = call.phase === "draft" ? call.model === "cyd-model" : asked.includes("stuck");
    return missing && asked.includes("Slow") ? gated(answer, never.promise) : answer;
  });
  await using terminal = await openTerminal({
    command: "massgen chat",
    files: { "massgen.yaml": config },
    rows: 200,
    ...settings,
    env: { NO_COLOR: "1", ...pointedAt(upstream) },
  });
  const say: Stage["say"] = async (line, shows) => {
    await terminal.type(line);
    await terminal.shows(`> ${line}`);
    await terminal.press("Enter");
    return await terminal.shows(new RegExp(`> ${line.replaceAll("?", "\\?")}\\n[^]*${shows}[^]*\\n>$`));
  };
  try {
    await terminal.shows(/Ctrl-D leaves\.\n\n>$/);
    await play({ terminal, upstream, say });
  } finally {
    never.resolve(undefined);
    await upstream.close();
  }
}

/** What was asked in the newest call. */
const asked = ({ calls }: Upstream): string =>
  calls
    .at(-1)
    ?.messages.map((message) => message.text)
    .join("\n") ?? "";
const widest = (screen: string): number => Math.max(...screen.split("\n").map((line) => line.length));

describe.skipIf(!hasTmux)("massgen chat in a terminal", () => {
  it.each([60, 100])("of %i columns: several turns, and what can be done with them", async (columns) => {
    await chatting({ columns }, async ({ terminal, upstream, say }) => {
      const first = await say("Who is first?", "majority · 7 calls");
      expect(first).toMatch(/> Who is first\?\n\n.*ada .*voted[^]*\n\nIt is ada-model who says so\.\n\n/);
      await say("And who is next?", "majority · 7 calls");
      expect(asked(upstream)).toMatch(/Who is first\?[^]*It is ada-model[^]*And who is next\?/);
      expect(await say("/team pair", "Asking pair from now on")).not.toContain("//");
      await say("Only two?", " · 5 calls");

      await say("/save chat.md", "Saved in chat\\.md");
      const saved = await readFile(join(terminal.cwd, "chat.md"), "utf8");
      expect(saved.match(/## Question\n\n.*\n\n## Answer\n\nIt is (ada|ben)-model/g)).toHaveLength(3);
      await writeFile(join(terminal.cwd, "chat.md"), "mine");
      await say("/save chat.md", "Cannot write chat\\.md: [^>]*not\\s+overwritten");
      expect(await readFile(join(terminal.cwd, "chat.md"), "utf8")).toBe("mine");

      await say("/frobnicate", "There is no /frobnicate\\. /help lists");
      await say("/team deep", 'has no team "deep"\\. There are: all,\\s+pair\\.');
      const helped = await say("/help", "/quit +leave");
      expect(widest(helped)).toBeLessThanOrEqual(columns);
      const shown = await say("/show", "Where the tokens went");
      expect(shown).toMatch(/end of a conversation of 5\s+messages/);

      await terminal.press("Enter");
      await terminal.shows(/\n>\n\n>$/);
      await terminal.press("Up", "Up");
      await terminal.shows(/\n> \/help$/);
      await terminal.press("Down", "Down");
      await terminal.shows(/\n>$/);
      const calls = upstream.calls.length;
      await terminal.type("/quit");
      await terminal.press("Enter");
      expect(await terminal.exited()).toBe(0);
      expect(upstream.calls.length).toBe(calls);
    });
  });

  it("a failed run leaves the conversation as it was", async () => {
    await chatting({}, async ({ terminal, upstream, say }) => {
      await say("Fail at once", "Failed: authentication");
      await say("Who is first?", "· 7 calls");
      await say("Fail now", "goes on without this question\\.");
      await say("And who is next?", "· 7 calls");
      expect(asked(upstream)).toMatch(/Who is first\?[^]*And who is next\?/);
      expect(asked(upstream)).not.toContain("Fail");
      expect(await say("/new", "A new conversation")).toContain("A new conversation.");
      await say("Who else?", "· 7 calls");
      expect(asked(upstream)).not.toContain("And who is next?");
      await terminal.press("C-d");
      expect(await terminal.exited()).toBe(0);
    });
  });

  it("Ctrl-C wants the answer now, twice ends the turn; at the prompt it clears the line, then leaves", async () => {
    await chatting({}, async ({ terminal, say }) => {
      const pressing = async (question: string, times: number, shows: RegExp): Promise<string> => {
        await terminal.type(question);
        await terminal.press("Enter");
        await terminal.shows(new RegExp(`> ${question}\\n[^]*2 of 3 answers in`));
        await terminal.press("C-c");
        if (times > 1) {
          await terminal.shows("Ctrl-C again: stop");
          await terminal.press("C-c");
        }
        return await terminal.shows(shows);
      };
      await pressing("Slow and stuck", 2, /cancelled · \d calls[^>]*\n>$/);
      await pressing("Slow alone", 1, /Slow alone[^]*degraded \(answer-now\)[^>]*\n>$/);
      expect(await say("/show", "Where the tokens went")).toContain("Slow alone");

      await terminal.type("half a question");
      await terminal.shows("> half a question");
      await terminal.press("C-c");
      await terminal.shows(/\n>$/);
      await terminal.press("C-c");
      await terminal.shows(/leaves\.\n>$/);
      await terminal.press("C-c");
      expect(await terminal.exited()).toBe(0);
    });
  });

  it("Ctrl-Z stops it, and fg takes it up where it was", async () => {
    await chatting({ command: "set -m; massgen chat; echo stopped; fg" }, async ({ terminal, say }) => {
      await terminal.type("Who is ");
      await terminal.shows("> Who is");
      await terminal.press("C-z");
      await terminal.shows(/stopped\n[^>]*\n> Who is$/);
      await terminal.type("first?");
      await terminal.press("Enter");
      await terminal.shows(/> Who is first\?\n[^]*majority · 7 calls[^>]*\n>$/);
      await say("/team agent:ada", "Asking agent:ada from now on");
      await terminal.press("C-d");
      expect(await terminal.exited()).toBe(0);
    });
  });

  it("without a team it says how to name one", async () => {
    await using terminal = await openTerminal({ command: "massgen chat" });
    expect(await terminal.exited()).toBe(2);
    expect(await terminal.screen()).toContain("  massgen chat --demo ");
  });
});

it.skipIf(!hasTmux)("massgen alone tells a person what it is and what to type, in 60 columns", async () => {
  await using terminal = await openTerminal({ command: "massgen", columns: 60, rows: 20 });
  expect(await terminal.exited()).toBe(0);
  const screen = await terminal.screen();
  expect(screen).toMatch(/^MassGen puts a team of language models behind one endpoint\.\n\n {2}massgen init/);
  expect(screen.match(/^ {2}massgen [a-z]+/gm)).toHaveLength(4);
  // Lines that do not fit are broken: there are as many as were written.
  expect(screen.split("\n")).toHaveLength(9);
});
