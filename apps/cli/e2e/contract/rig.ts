import { parseChunk, parseCompletion, parseErrorBody, parseStream } from "@massgen/openai-shapes";
import type { CompletionShape, ErrorBodyShape, StreamedAnswer } from "@massgen/openai-shapes";
import { type Script, startTeam, type TeamSettings, teamScript, type UpstreamCall } from "@massgen/upstream";
import type { MassgenProcess, Upstream } from "@massgen/upstream";
import OpenAI, { APIError } from "openai";

/** One agent whose answer is the team's: what it writes goes out as it comes. */
export const soloConfig = "agent: { id: solo, backend: { type: openai, model: gpt-4o } }\n";

/** A massgen process whose models can be given new lines for every test, and OpenAI's client of it. */
export interface Rig extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly massgen: MassgenProcess;
  /** Origin, without `/v1`. */
  readonly url: string;
  /** Retries nothing. */
  readonly client: OpenAI;
  /** Gives the models their lines from now on. What it returns lists the calls made since. */
  readonly play: (script: Script) => () => readonly UpstreamCall[];
}

/** Starts the documented team, or the one configured, in front of models that first play {@link teamScript}. */
export async function startRig(settings: TeamSettings = {}): Promise<Rig> {
  let script = teamScript({});
  const team = await startTeam((call) => script(call), settings);
  return {
    ...team,
    client: new OpenAI({ baseURL: `${team.url}/v1`, apiKey: "not-needed", maxRetries: 0 }),
    play(next) {
      script = next;
      const before = team.upstream.calls.length;
      return () => team.upstream.calls.slice(before);
    },
  };
}

/** A request that does not say whether it is streamed. */
type Asked = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream">;

/** What matters of a request. */
export type Params = Partial<Asked>;

/** A question for `massgen`, with changes. */
export function asked(params: Params = {}): Asked {
  return { model: "massgen", messages: [{ role: "user", content: "Analyze renewable energy trends" }], ...params };
}

/** A whole answer through OpenAI's client, checked against OpenAI's shape. */
export async function ask(rig: Rig, params: Params = {}): Promise<CompletionShape> {
  return parseCompletion(await rig.client.chat.completions.create(asked(params)));
}

/** The chunks of a streamed answer through OpenAI's client, each checked against OpenAI's shape. */
export async function chunksOf(rig: Rig, params: Params = {}): Promise<ReturnType<typeof parseChunk>[]> {
  const chunks: ReturnType<typeof parseChunk>[] = [];
  const stream = await rig.client.chat.completions.create({ ...asked(params), stream: true });
  for await (const chunk of stream) chunks.push(parseChunk(chunk));
  return chunks;
}

/** A streamed answer through OpenAI's client, put together. */
export async function askStreamed(rig: Rig, params: Params = {}): Promise<StreamedAnswer> {
  return parseStream(await chunksOf(rig, params));
}

/** A refusal as OpenAI's client throws it. */
export interface Refusal {
  /** The client's class, such as `RateLimitError`. */
  readonly name: string;
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly error: ErrorBodyShape["error"];
}

/** What OpenAI's client throws for a request that must fail. */
export async function refusal(rig: Rig, params: object = {}): Promise<Refusal> {
  const failed: unknown = await rig.client.chat.completions.create({ ...asked(), ...params }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return read(failed);
}

/** Reads what OpenAI's client threw. */
export function read(failed: unknown): Refusal {
  if (!(failed instanceof APIError)) throw new TypeError(`Not an API error: ${String(failed)}`);
  const { status, headers } = failed as { status?: number; headers?: Headers };
  return { name: failed.constructor.name, status, headers, error: parseErrorBody({ error: failed.error }).error };
}
