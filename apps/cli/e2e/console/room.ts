import { startBrowser, type Page, type TestBrowser } from "@massgen/test-browser";
import { type Rig, startRig } from "../contract/rig.ts";
import { draftOf, labelOf, openaiTeam, type Reply, type Script, teamScript, text, vote } from "@massgen/upstream";

const key = "the-key-of-the-operator";

/** A server with a console, and a browser. */
export interface Room extends AsyncDisposable {
  readonly rig: Rig;
  /** A visitor's page, in the console with a key, at a view: `runs`. */
  readonly visit: (path: string, options?: Parameters<TestBrowser["newPage"]>[0]) => Promise<Visit>;
  /** Asks the team as another client does. Resolves once the run has begun. */
  readonly ask: (question: string) => Promise<{ readonly runId: string; readonly done: Promise<string> }>;
}

interface Visit {
  readonly page: Page;
  readonly errors: readonly string[];
}

/** Every call that could be saved is made, so that a test knows who is called; the winner writes the answer. */
const rules = "history: all\norchestrator: { lazy: off, early_stop: false, final_answer: synthesize }\n";

/** Starts the built command with a team of these agents in front of models that play the script. */
export async function openRoom(ids: readonly string[], script: Script, rest = rules): Promise<Room> {
  const rig = await startRig({ config: openaiTeam(ids, rest), env: { MASSGEN_SERVER_ADMIN_KEY: key } });
  rig.play(script);
  const browser = await startBrowser();
  return {
    rig,
    async visit(path, options) {
      const { page, errors } = await browser.newPage(options);
      await page.goto(`${rig.url}/console/${path}#key=${key}`);
      await page.getByRole("navigation", { name: "Console" }).waitFor();
      return { page, errors };
    },
    async ask(question) {
      const response = await fetch(`${rig.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "massgen", stream: true, messages: [{ role: "user", content: question }] }),
      });
      return { runId: String(response.headers.get("x-massgen-run-id")), done: response.text().catch(() => "") };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rig[Symbol.asyncDispose]();
    },
  };
}

/** Gates by name, each closed until it is opened. */
export class Gates {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  /** Waits until the gate of this name is open. */
  passed(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  open(...names: readonly string[]): void {
    for (const name of names) this.#gate(name).resolve();
  }

  #gate(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    return gate;
  }
}

/** Who votes for whom. */
export type Choices = Readonly<Record<string, string>>;

/** Each draft, vote and the answer come when their gate is opened: `draft ada`, `vote ada`, `answer`. */
export function gatedTeam(gates: Gates, choices: Choices, answer = "The final coordinated answer."): Script {
  const behind = async (name: string, reply: Reply): Promise<Reply> => {
    await gates.passed(name);
    return reply;
  };
  return teamScript({
    draft: ({ model }) => behind(`draft ${agentOf(model)}`, text(draftOf(model))),
    ballot: (call) => {
      const choice = choices[agentOf(call.model)] ?? "";
      const label = labelOf(call, draftOf(`${choice}-model`));
      return behind(`vote ${agentOf(call.model)}`, vote(label, `${choice} says why`));
    },
    presentation: () => behind("answer", text(answer)),
  });
}

function agentOf(model: string): string {
  return model.replace("-model", "");
}

/** The place of an agent on the page. */
export function seat(page: Page, agent: string) {
  return page.locator(`[data-agent="${agent}"]`);
}

/** What is going on, as the page says it. */
export function status(page: Page) {
  return page.locator(".status");
}
