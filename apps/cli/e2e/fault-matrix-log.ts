import type { MassgenProcess } from "@massgen/upstream";

/** The parts of a request's log line that the matrix looks at. */
export interface RequestLine {
  /** Absent where the request named none, or was refused before it was read: lines of others than the matrix. */
  readonly model?: string;
  readonly status: number;
  readonly stream: boolean;
  readonly outcome?: string;
  readonly calls?: number;
  readonly calls_failed?: number;
  readonly tokens_in?: number;
  readonly tokens_out?: number;
  readonly degraded?: boolean;
  readonly failed_agents?: readonly { readonly agent: string; readonly phase: string; readonly code: string }[];
}

/** The log of a massgen, read as it comes. */
export interface MatrixLog {
  /** The line of the next request for a model. */
  readonly lineOf: (model: string) => Promise<RequestLine>;
}

export function readLog({ child }: MassgenProcess): MatrixLog {
  const lines = new Map<string, PromiseWithResolvers<RequestLine>[]>();
  const [written, read] = [new Map<string, number>(), new Map<string, number>()];
  let rest = "";

  /** The place of the next line of a model, for who writes them or who reads them. */
  function nextOf(model: string, count: Map<string, number>): PromiseWithResolvers<RequestLine> {
    const at = count.get(model) ?? 0;
    count.set(model, at + 1);
    const slots = lines.get(model) ?? [];
    lines.set(model, slots);
    return (slots[at] ??= Promise.withResolvers<RequestLine>());
  }

  child.stderr?.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      if (!part.includes('"msg":"request"')) continue;
      const line = JSON.parse(part) as Partial<RequestLine>;
      // Requests refused before their body was read name no model.
      if (line.model === undefined) continue;
      nextOf(line.model.replace("massgen/model:", ""), written).resolve(line as RequestLine);
    }
  });
  return { lineOf: (model) => nextOf(model, read).promise };
}
