// Coding agents as people run them, in front of a team.
import { randomInt } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  cut,
  hang,
  httpError,
  type Reply,
  reset,
  type Script,
  teamScript,
  text,
  toolCalls,
  vote,
} from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { claude, codex, withFolder, type CodingAgent } from "./coding-agents.ts";
import { shareTeam } from "./shared-team.ts";

/** What the members want in a turn of a task, given what the tools have said so far. */
type Turn = (results: readonly string[]) => Reply;

/**
 * A team at work on a task. In the second turn no two want the same, so that the call to make is voted on. From the
 * third on every call to `c` fails, in one way or the other.
 */
function working({ shell, shellCall }: CodingAgent, turns: readonly Turn[]): Script {
  return teamScript({
    draft: (call) => {
      // Titles and the like.
      if (!call.tools.includes(shell)) return text("A title.");
      const results = call.messages.filter(({ role }) => role === "tool").map((message) => message.text);
      if (results.length >= 2 && call.model === "c-model") return results.length % 2 === 0 ? httpError(500) : reset();
      if (results.length === 1 && call.model !== "a-model") return toolCalls([shellCall(`echo ${call.model}`)]);
      return turns[results.length]?.(results) ?? text("There is no such turn.");
    },
    ballot: (call) => {
      const right = call.answers.find((shown) => shown.text.includes("number.txt"));
      return vote(right?.label ?? call.labels[0] ?? "agent1", "It reads the number.");
    },
  });
}

/** The number that the last tool read. */
function numberIn(results: readonly string[]): string {
  return /\b(\d{9})\b/.exec(results.at(-1) ?? "")?.[1] ?? "nothing";
}

const verdict: Turn = (results) => text(`The program is ${results.at(-1)?.includes("* 2") ? "right" : "wrong"}.`);

const agents = [
  {
    agent: codex,
    turnsIn: (): Turn[] => [
      () => toolCalls([codex.shellCall("ls")]),
      () => toolCalls([codex.shellCall("cat number.txt")]),
      (results) => toolCalls([codex.shellCall(`echo 'print(${numberIn(results)} * 3)' > double.py`)]),
      () => toolCalls([codex.shellCall("sed -i 's/[*] 3/* 2/' double.py")]),
      () => toolCalls([codex.shellCall("cat double.py")]),
      verdict,
    ],
  },
  {
    agent: claude,
    turnsIn: (folder: string): Turn[] => {
      const program = { file_path: join(folder, "double.py") };
      const edit = { ...program, old_string: "* 3", new_string: "* 2" };
      return [
        () => toolCalls([claude.shellCall("ls")]),
        () => toolCalls([{ name: "Read", arguments: { file_path: join(folder, "number.txt") } }]),
        (results) =>
          toolCalls([{ name: "Write", arguments: { ...program, content: `print(${numberIn(results)} * 3)\n` } }]),
        () => toolCalls([{ name: "Edit", arguments: edit }]),
        () => toolCalls([claude.shellCall("cat double.py")]),
        verdict,
      ];
    },
  },
];

describe.each(agents)("$agent.name", ({ agent, turnsIn }) => {
  describe.skipIf(agent.tool.skipped)("before a team of three", () => {
    const team = shareTeam();
    /** How many runs of its work there were. */
    const runs = (): number =>
      team.upstream.callsOf("a-model").filter((call) => call.phase === "draft" && call.tools.includes(agent.shell))
        .length;

    it("does a task of five turns, though one member fails from the third on", async () => {
      await withFolder(async (folder) => {
        const number = String(randomInt(100_000_000, 1_000_000_000));
        await writeFile(join(folder, "number.txt"), `${number}\n`);
        team.plays(working(agent, turnsIn(folder)));
        const before = runs();
        await using work = await agent.start("Write double.py, which doubles number.txt", folder, team.url);
        const { code } = await work.exited;
        expect(code).toBe(0);
        expect(work.stdout()).toContain("The program is right.");
        expect(await readFile(join(folder, "double.py"), "utf8")).toBe(`print(${number} * 2)\n`);
        // No turn was repeated; a draft that the others made needless may never have arrived.
        expect(runs() - before).toBeLessThanOrEqual(6);
      });
    });

    it.each([
      ["no member can answer", teamScript({ draft: () => httpError(401) })],
      ["an answer breaks off", teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") })],
    ])("says why a run failed, and has it run once: %s", async (_, script) => {
      await withFolder(async (folder) => {
        team.plays(script);
        const before = runs();
        await using work = await agent.start("Hello?", folder, team.url);
        const { code } = await work.exited;
        expect(code).not.toBe(0);
        expect(work.stdout() + work.stderr()).toContain("a: ");
        expect(runs() - before).toBe(1);
      });
    });

    it("ends every call upstream when it is stopped", async () => {
      await withFolder(async (folder) => {
        team.plays(teamScript({ draft: () => hang() }));
        const before = team.upstream.calls.length;
        await using work = await agent.start("Hello?", folder, team.url);
        await team.upstream.waitForCall((call) => call.n > before && call.tools.includes(agent.shell));
        work.child.kill("SIGINT");
        await work.exited;
        await team.upstream.idle();
      });
    });
  });
});

describe.skipIf(codex.tool.skipped)("Codex's own words", () => {
  const team = shareTeam();

  it.each([
    ["insufficient_quota", 429, "Quota exceeded."],
    ["context_length_exceeded", 400, "ran out of room in the model's context window"],
  ])("for %s, which it does not repeat though it repeats other failures", async (code, status, words) => {
    await withFolder(async (folder) => {
      // The second spelling of the code is Gemini's.
      const error = { message: "No more.", code, type: code, status: "RESOURCE_EXHAUSTED" };
      team.plays(teamScript({ draft: () => httpError(status, { error }) }));
      const runs = await team.runsOf(async () => {
        await using work = await codex.start("Hello?", folder, team.url, { retrying: true });
        expect((await work.exited).code).not.toBe(0);
        expect(work.stderr()).toContain(words);
      });
      expect(runs).toBe(1);
    });
  });
});
