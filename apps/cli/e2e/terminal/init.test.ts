// massgen init in a real terminal: its questions, which keys answer them, and what Ctrl-C leaves behind.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gated, httpError, startUpstream, type Upstream, vote } from "@massgen/upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Nobody, startNobody } from "../nobody.ts";
import { hasTmux, openTerminal, type Terminal, type TerminalSettings } from "./tmux.ts";

const list = (...ids: readonly string[]) => ({ object: "list", data: ids.map((id) => ({ id, object: "model" })) });
/** gpt-5 is out of order. */
const pages = {
  "/v1/models": list(
    "gpt-5-mini",
    "gpt-4.1-mini",
    "gpt-4o-mini",
    "gpt-5-nano",
    "gpt-5.2",
    "gpt-5",
    "gpt-4.1",
    "gpt-4o",
  ),
  "/v1beta/models?pageSize=1000": { models: [{ name: "models/gemini-2.5-flash" }] },
};

let nobody: Nobody;
let upstream: Upstream;
/** Calls of gemini are answered when this is resolved. */
const gemini = Promise.withResolvers<undefined>();

beforeAll(async () => {
  nobody = await startNobody();
  upstream = await startUpstream(
    ({ model }) => {
      const answer = vote("agent1", "It is right.");
      if (model === "gpt-5") return httpError(400, { error: { message: "Out of order." } });
      return model === "gemini-2.5-flash" ? gated(answer, gemini.promise) : answer;
    },
    { pages },
  );
});
afterAll(async () => {
  gemini.resolve(undefined);
  await upstream.close();
  nobody.close();
});

/** `massgen init` in a terminal of 60 columns; what stands below `left` is the state in which it leaves the terminal. */
async function ask(
  play: (terminal: Terminal, files: () => Promise<readonly string[]>) => Promise<void>,
  { env, ...settings }: Partial<TerminalSettings> = {},
): Promise<void> {
  await using terminal = await openTerminal({
    command: 'trap : INT; massgen init; echo "left $?, $(stty -a | grep -o -- "-\\?icanon")"',
    columns: 60,
    rows: 40,
    ...settings,
    env: { ...nobody.env, OPENAI_API_KEY: "sk-proj-0123456789", OPENAI_BASE_URL: `${upstream.url}/v1`, ...env },
  });
  await play(terminal, async () => (await readdir(terminal.cwd)).filter((name) => !name.startsWith(".")));
}

const question = { kind: "Which team?", models: "Which models?", write: "can take part. Write massgen.yaml" };
const widest = (screen: string): number => Math.max(...screen.split("\n").map((line) => line.length));
/** Words that start in the middle of a line's end are cut. */
const flat = (screen: string): string => screen.replaceAll(/\s*\n[│\s]*/g, " ");

describe.skipIf(!hasTmux)("massgen init in a terminal", () => {
  it("all three questions are answered: the team, the models, whether to write it", async () => {
    await ask(async (terminal, files) => {
      const first = await terminal.shows(question.kind);
      expect(first).toContain("OPENAI_API_KEY: openai, 8 models");
      expect(first).toMatch(/● Fast and cheap[^]*○ Strong/);
      await terminal.press("Down", "Enter");
      const second = await terminal.shows(question.models);
      expect(second).toMatch(/◼ openai gpt-5\n.*◼ openai gpt-4\.1\n.*◻ openai gpt-4o\n/);
      await terminal.press("Enter");
      const third = await terminal.shows(question.write);
      expect(third).toMatch(/^gpt-5 +ok +\? +\?$/m);
      expect(flat(third)).toContain("Out of order.");
      expect(await files()).toEqual([]);
      await terminal.press("Enter");
      const end = await terminal.shows(/left 0, icanon/);
      expect(end).toContain('Ask it:    massgen run "Why is the sky blue?"\nServe it:  massgen serve\n');
      expect(widest(end)).toBeLessThanOrEqual(60);
      expect(await files()).toEqual(["massgen.yaml"]);
      expect(await readFile(join(terminal.cwd, "massgen.yaml"), "utf8")).toMatch(/ {2}# - id: gpt-5\n/);
    });
  });

  it("the space bar chooses: what is left out is not called", async () => {
    await ask(async (terminal) => {
      await terminal.shows(question.kind);
      await terminal.press("Enter");
      await terminal.shows(question.models);
      await terminal.press("Space", "Enter");
      const end = await terminal.shows("left 0");
      expect(flat(end)).toContain("Calling each agent once: gpt-4.1-mini, gpt-4o-mini, gpt-4.1-mini...");
      expect(await readFile(join(terminal.cwd, "massgen.yaml"), "utf8")).not.toContain("gpt-5-mini");
    });
  });

  it("No: nothing is written", async () => {
    await ask(async (terminal, files) => {
      await terminal.shows(question.kind);
      await terminal.press("Down", "Enter");
      await terminal.shows(question.models);
      await terminal.press("Enter");
      await terminal.shows(question.write);
      await terminal.press("n");
      expect(await terminal.shows("left 130, icanon")).toContain("Nothing was written.");
      expect(await files()).toEqual([]);
    });
  });

  it.each([
    ["first question", 0],
    ["second question", 1],
    ["third question", 2],
  ] as const)("Ctrl-C at the %s leaves nothing behind", async (_, answered) => {
    const asked = [question.kind, question.models, question.write];
    await ask(async (terminal, files) => {
      for (const [at, wanted] of asked.slice(0, answered + 1).entries()) {
        await terminal.shows(wanted);
        if (at === answered) await terminal.press("C-c");
        else await terminal.press(...(at === 0 ? ["Down", "Enter"] : ["Enter"]));
      }
      const end = await terminal.shows("left 130, icanon");
      expect(end).toContain("Nothing was written.");
      expect(end).not.toMatch(/^ +at |Error/m);
      expect(await files()).toEqual([]);
    });
  });

  it("Ctrl-C while agents are called leaves nothing behind", async () => {
    const env = { OPENAI_API_KEY: "", GEMINI_API_KEY: "AIzaTest", GEMINI_BASE_URL: upstream.url };
    await ask(
      async (terminal, files) => {
        await terminal.shows(question.kind);
        await terminal.press("Enter");
        await terminal.shows("Calling each agent once");
        await terminal.press("C-c");
        await terminal.shows("left 130, icanon");
        expect(await files()).toEqual([]);
      },
      { env },
    );
  });
});
