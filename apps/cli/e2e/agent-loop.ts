// A client's agent loop: it runs the tool that the answer calls, adds the result, and sends the whole history again.
/** An agent loop on one wire. */
export interface AgentLoop {
  readonly path: string;
  /** The request of a turn, with the whole history. */
  readonly body: () => object;
  /** Takes an answer, and the result of the tool that it calls, into the history. */
  readonly take: (answer: LoopAnswer, result: string) => void;
}

interface Item {
  readonly type: string;
  readonly id?: string;
  readonly call_id?: string;
}

interface CacheDetails {
  readonly cached_tokens: number;
  readonly cache_write_tokens: number;
}

/** What the answers of three APIs hold; each has its own part of it. */
export interface LoopAnswer {
  readonly choices: readonly [
    { readonly message: { readonly content: string | null; readonly tool_calls: readonly { readonly id: string }[] } },
  ];
  readonly output: readonly Item[];
  readonly content: readonly Item[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly prompt_tokens_details: CacheDetails;
    readonly input_tokens: number;
    readonly input_tokens_details: CacheDetails;
    readonly cache_read_input_tokens: number;
    readonly cache_creation_input_tokens: number;
  };
}

/** @param seed with which the conversation begins: no two loops are to find each other's prompts */
const instructions = (seed: string): string => `${seed}: ${"You look around for the user, with care. ".repeat(240)}`;
const task = "Look at everything, one thing after the other.";
const parameters = {
  type: "object",
  properties: { at: { type: "string", description: "Where to look. ".repeat(20) } },
};
const description = "Looks at a thing and says what is there.";

/** @param fields more fields of each request */
export function chatLoop(seed: string, fields: object = {}): AgentLoop {
  const messages: object[] = [
    { role: "system", content: instructions(seed) },
    { role: "user", content: task },
  ];
  const tools = [{ type: "function", function: { name: "look", description, parameters } }];
  return {
    path: "/v1/chat/completions",
    body: () => ({ model: "massgen", messages, tools, ...fields }),
    take({ choices: [{ message }] }, result) {
      const { content, tool_calls } = message;
      messages.push({ role: "assistant", content, tool_calls });
      for (const { id } of tool_calls) messages.push({ role: "tool", tool_call_id: id, content: result });
    },
  };
}

export function responsesLoop(seed: string, fields: object = {}): AgentLoop {
  const input: object[] = [{ role: "user", content: task }];
  return {
    path: "/v1/responses",
    body: () => ({
      model: "massgen",
      ...fields,
      instructions: instructions(seed),
      input,
      tools: [{ type: "function", name: "look", description, parameters }],
    }),
    take({ output }, result) {
      const calls = output.filter(({ type }) => type === "function_call");
      input.push(...output);
      for (const { call_id } of calls) input.push({ type: "function_call_output", call_id, output: result });
    },
  };
}

/** As Claude Code does it: its line about billing is new each time, and the last message has a mark. */
export function messagesLoop(seed: string, fields: object = {}): AgentLoop {
  const messages: { readonly role: string; readonly content: readonly object[] }[] = [
    { role: "user", content: [{ type: "text", text: task }] },
  ];
  const mark = { cache_control: { type: "ephemeral" } };
  let turns = 0;
  return {
    path: "/v1/messages",
    body() {
      turns += 1;
      const billing = `x-anthropic-billing-header: cc_version=2.1.175.abc; cch=${turns};`;
      return {
        model: "massgen",
        ...fields,
        max_tokens: 1000,
        system: [
          { type: "text", text: billing },
          { type: "text", text: instructions(seed), ...mark },
        ],
        tools: [{ name: "look", description, input_schema: parameters }],
        messages: messages.map((message, at) =>
          at < messages.length - 1
            ? message
            : { ...message, content: message.content.map((block) => ({ ...block, ...mark })) },
        ),
      };
    },
    take({ content }, result) {
      const calls = content.filter(({ type }) => type === "tool_use");
      messages.push({ role: "assistant", content });
      messages.push({
        role: "user",
        content: calls.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: result })),
      });
    },
  };
}

/** Continues the conversation for a number of turns. Returns the answer of each turn. */
export async function goOn(
  url: string,
  { path, body, take }: AgentLoop,
  turns: number,
): Promise<readonly LoopAnswer[]> {
  const answers: LoopAnswer[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body()),
    });
    const answer = (await response.json()) as LoopAnswer;
    if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    answers.push(answer);
    take(answer, `Thing number ${turn} is there. `.repeat(60));
  }
  return answers;
}
