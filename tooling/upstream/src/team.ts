import { type MassgenProcess, startMassgen } from "./massgen-process.ts";
import { type Script, startUpstream, type Upstream } from "./upstream.ts";

/** The configuration of the HTTP server documentation, to the letter. */
export const documentedConfig = `agents:
  - id: research-agent
    backend:
      type: openai
      model: gpt-4o

  - id: analysis-agent
    backend:
      type: gemini
      model: gemini-2.5-flash
`;

/** The keys under which the providers are called. */
export const openaiKey = "sk-test-0123456789abcdef0123456789";
export const geminiKey = "AIzaTest0123456789abcdefghijklmnopq";

/** A massgen process in front of a scripted upstream. */
export interface ServedTeam extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly massgen: MassgenProcess;
  /** Origin, without `/v1`. */
  readonly url: string;
}

/** Keys and addresses that point both providers at the upstream. */
export function pointedAt(upstream: Upstream): Record<string, string> {
  return {
    OPENAI_API_KEY: openaiKey,
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    GEMINI_API_KEY: geminiKey,
    GEMINI_BASE_URL: upstream.url,
  };
}

export interface TeamSettings {
  /** Default {@link documentedConfig}. */
  readonly config?: string;
  /** More words after `massgen serve --config config.yaml`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** More files beside the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts `massgen serve --config config.yaml` with both providers played by the script. */
export async function startTeam(script: Script, settings: TeamSettings = {}): Promise<ServedTeam> {
  const upstream = await startUpstream(script);
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", ...(settings.args ?? [])],
    env: { ...pointedAt(upstream), ...settings.env },
    files: { ...settings.files, "config.yaml": settings.config ?? documentedConfig },
  });
  const stop = async (): Promise<void> => {
    await massgen[Symbol.asyncDispose]();
    await upstream.close();
  };
  try {
    return { upstream, massgen, url: await massgen.ready(), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A team of several OpenAI agents on models of these names. */
export function openaiTeam(ids: readonly string[], rest = ""): string {
  const agents = ids.map((id) => `  - id: ${id}\n    backend: { type: openai, model: ${id}-model }\n`);
  return `agents:\n${agents.join("")}${rest}`;
}
