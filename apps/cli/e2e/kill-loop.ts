// Kept runs through servers that are killed or cut off: 6 streams in a sample, 10 in CI (MASSGEN_TESTS=all), 200 in
// `npm run check:long` (MASSGEN_TESTS=long).
import assert from "node:assert/strict";
import {
  type MassgenProcess,
  paced,
  pointedAt,
  startMassgen,
  startUpstream,
  text,
  type Upstream,
  vote,
} from "@massgen/upstream";
import OpenAI, { APIConnectionError, APIError } from "openai";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

type StreamEvent = OpenAI.Responses.ResponseStreamEvent;

interface Server {
  readonly massgen: MassgenProcess;
  readonly client: OpenAI;
}

const sizes: ReadonlyMap<string, number> = new Map([
  ["sample", 6],
  ["all", 10],
  ["long", 200],
]);
export const streams = sizes.get(process.env["MASSGEN_TESTS"] ?? "sample") ?? 6;
/** How many streams one kill hits. */
const together = Math.min(streams, 20);
const callsOfRun = 7;
/** Slow enough to be killed in the middle of anything. */
const pace = { firstMs: 30, everyMs: 10 };

/** What a client saw, and its question. */
interface Followed {
  readonly question: string;
  readonly events: readonly StreamEvent[];
}

/** How the servers of a store are run. */
export interface KillSettings {
  /** `MASSGEN_STORE` of each server there is at once. */
  readonly stores: readonly string[];
  /** What happens to the first server in each batch; by default it is killed, and started again. */
  readonly harm?: (batch: number) => Promise<void>;
}

/** Servers on one store in front of an upstream that counts, and clients that come back. */
export class KillLoop implements AsyncDisposable {
  readonly #settings: KillSettings;
  readonly #upstream: Upstream;
  /** Calls that reached the upstream, by the question of their run. */
  readonly #calls: Map<string, number>;
  readonly #called: { now: () => void };
  /** By their place; each resolves once it serves. */
  readonly #servers: Promise<Server>[];

  private constructor(
    settings: KillSettings,
    upstream: Upstream,
    calls: Map<string, number>,
    called: { now: () => void },
  ) {
    this.#settings = settings;
    this.#upstream = upstream;
    this.#calls = calls;
    this.#called = called;
    this.#servers = settings.stores.map((store) => this.#start(store));
  }

  static async start(settings: KillSettings): Promise<KillLoop> {
    const calls = new Map<string, number>();
    const called = { now: (): void => {} };
    const scripted = teamScript({
      draft: (call) => paced(text(draftOf(call.model)), pace),
      ballot: (call) => paced(vote(labelOf(call, draftOf("a-model")), "the clearest"), pace),
      presentation: () => paced(text("The final coordinated answer."), pace),
    });
    const upstream = await startUpstream((call) => {
      const question = /Question \d+, try \d+/.exec(JSON.stringify(call.messages))?.[0] ?? "none";
      calls.set(question, (calls.get(question) ?? 0) + 1);
      called.now();
      return scripted(call);
    });
    return new KillLoop(settings, upstream, calls, called);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await (await server).massgen[Symbol.asyncDispose]();
    await this.#upstream.close();
  }

  async #start(store: string): Promise<Server> {
    const massgen = await startMassgen({
      args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
      env: { ...pointedAt(this.#upstream), MASSGEN_STORE: store },
      files: { "config.yaml": openaiTeam(["a", "b", "c"]) },
    });
    return { massgen, client: new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "none", maxRetries: 0 }) };
  }

  /** A client that comes back with its next number, to the next server, whenever its server is gone. */
  async #follow(name: string, first: number): Promise<Followed> {
    const events: StreamEvent[] = [];
    let id: string | undefined;
    let tries = 1;
    for (let place = first; ; place = (place + 1) % this.#servers.length) {
      const server = this.#servers[place];
      const question = `${name}, try ${tries}`;
      try {
        if (server === undefined) throw new TypeError("there is no such server");
        const { client } = await server;
        const stream =
          id === undefined
            ? await client.responses.create({ model: "massgen", input: question, background: true, stream: true })
            : await client.responses.retrieve(id, { stream: true, starting_after: events.length - 1 });
        for await (const event of stream) {
          if (event.type === "response.created") id = event.response.id;
          events.push(event);
        }
        return { question, events };
      } catch (error) {
        if (!isCut(error)) throw error;
        // Nobody knows a run whose acceptance did not arrive; it goes on all the same.
        if (id === undefined) {
          events.length = 0;
          tries += 1;
        }
      }
      // Where it was the only one, its successor is on its way.
      if (this.#servers.length === 1 && server !== undefined) await (await server).massgen.exited;
    }
  }

  /** Resolves once the upstream has received `count` further calls. */
  async #after(count: number): Promise<void> {
    let left = count;
    const reached = Promise.withResolvers<void>();
    this.#called.now = () => {
      left -= 1;
      if (left === 0) reached.resolve();
    };
    await reached.promise;
  }

  /** Kills the first server, and starts it again. */
  async #kill(): Promise<void> {
    const [store] = this.#settings.stores;
    const { massgen } = await (this.#servers[0] as Promise<Server>);
    // Whoever notices that it is gone finds the next one here.
    this.#servers[0] = massgen.exited.then(() => this.#start(store ?? ""));
    massgen.child.kill("SIGKILL");
    await this.#servers[0];
  }

  /** Sends streams through the faults, and holds every one of them to what was promised. */
  async run(): Promise<void> {
    const results: Followed[] = [];
    for (let batch = 0; batch * together < streams; batch += 1) {
      // Another moment in the life of the runs for each batch: drafts, ballots, answers.
      const moment = together + ((batch * 37) % (together * (callsOfRun - 2)));
      const questions = Array.from({ length: together }, (_, n) => `Question ${batch * together + n + 1}`);
      const following = questions.map(async (question, n) => {
        results.push(await this.#follow(question, n % this.#servers.length));
      });
      const harmed = this.#after(moment).then(() => this.#settings.harm?.(batch) ?? this.#kill());
      await Promise.all([harmed, ...following]);
    }

    let lost = 0;
    for (const { question, events } of results) {
      const numbers = events.map(({ sequence_number: number }) => number);
      assert.deepEqual(numbers, Array.from(numbers.keys()), question);
      const last = events.at(-1);
      assert.equal(last?.type, "response.completed", question);
      const { made, lost: gone } = metadataOf(last).calls;
      lost += gone;
      // Three drafts, three ballots, one answer. What goes beyond was lost with the process.
      assert.ok(
        made - gone <= callsOfRun,
        `${question}: ${JSON.stringify(metadataOf(last))}, upstream ${this.#calls.get(question)}`,
      );
      assert.ok((this.#calls.get(question) ?? 0) <= made, `${question}: ${made} calls`);
    }
    assert.equal(results.length, streams);
    if (this.#settings.harm !== undefined) return;
    // One kill of several may hit a server that drives nothing.
    if (this.#servers.length === 1 || streams > together) assert.ok(lost > 0, "no kill hit a call");
  }
}

/** Whether a client comes back: its server is gone, or says that its store is. */
function isCut(error: unknown): boolean {
  if (error instanceof APIError && error.status === 503) return error.code === "store_unavailable";
  return error instanceof APIConnectionError || (error instanceof TypeError && error.message === "terminated");
}

interface Metadata {
  readonly calls: { readonly made: number; readonly lost: number };
}

function metadataOf(event: StreamEvent | undefined): Metadata {
  return (event as unknown as { response: { massgen_metadata: Metadata } }).response.massgen_metadata;
}
