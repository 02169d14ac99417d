/** A test: its file, from the repository's root, and its title as written there. */
interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** Where a line of the conformance checklist is tested. */
export interface CoveredLine {
  readonly line: number;
  /** The file of this folder, without `.test.ts`, that has a test whose title begins with `D<line>:`. */
  readonly here?: string;
  /** Tests of other folders that cover it as well or better. */
  readonly elsewhere?: readonly NamedTest[];
  /** What this server does other than OpenAI, or than the checklist asks for, and why. docs/requests.md lists it. */
  readonly differs?: string;
}

const test =
  (file: string) =>
  (title: string): NamedTest => ({ file, title });
const atServer = test("packages/server/test/contract.test.ts");
const inStream = test("packages/server/test/streaming.test.ts");
const atLeaving = test("packages/server/test/leaving.test.ts");
const atRequests = test("packages/server/test/requests.test.ts");
const atSchema = test("packages/server/src/wires/openai-chat/request-schema.test.ts");
const atNginx = test("tooling/interop/src/nginx.test.ts");
const atClient = test("tooling/interop/src/openai-node.test.ts");
const atFaults = test("apps/cli/e2e/faults.test.ts");
const atProperty = test("packages/server/src/wires/openai-chat/stream.property.test.ts");
const atLongRun = test("packages/server/test/long-run.test.ts");

/** The lines in order. */
export const coverage: readonly CoveredLine[] = [
  { line: 1, here: "happy-path" },
  { line: 2, here: "happy-path" },
  { line: 3, here: "happy-path" },
  { line: 4, here: "happy-path" },
  { line: 5, here: "happy-path" },
  { line: 6, here: "happy-path" },
  { line: 7, here: "happy-path" },
  { line: 8, here: "happy-path" },
  {
    line: 9,
    here: "happy-path",
    differs:
      "A model's name that is not known is a 404 only when it begins with `massgen/`, or when no configuration rules; otherwise it means the team.",
  },
  { line: 10, here: "happy-path" },
  { line: 11, here: "streaming" },
  { line: 12, here: "streaming" },
  { line: 13, here: "streaming" },
  { line: 14, here: "streaming" },
  { line: 15, here: "streaming" },
  { line: 16, here: "streaming" },
  { line: 17, here: "streaming" },
  { line: 18, here: "streaming" },
  { line: 19, here: "streaming" },
  { line: 20, here: "streaming" },
  { line: 21, here: "streaming" },
  {
    line: 22,
    here: "streaming",
    elsewhere: [
      inStream("a comment goes out after so much silence, counted from the last frame, and not after the end"),
      inStream("heartbeat 0 starts no timer"),
    ],
  },
  { line: 23, here: "streaming" },
  {
    line: 24,
    here: "streaming",
    elsewhere: [
      atProperty(
        "whatever a team writes, in whatever pieces, every frame is one line of JSON, and the text reads back as it was",
      ),
    ],
  },
  { line: 25, here: "streaming" },
  { line: 26, here: "streaming" },
  {
    line: 27,
    here: "streaming",
    elsewhere: [atServer("12, 14, 15, 17, 27: an empty answer is a whole stream")],
    differs: "A final answer is never empty: a model that ends without text is asked again, and then fails.",
  },
  {
    line: 28,
    elsewhere: [
      atNginx("the documented location with default buffering: each piece is there before the next is written"),
      atNginx("a run silent for longer is not cut when heartbeats come sooner, and is cut without them"),
    ],
  },
  { line: 29, here: "tools" },
  { line: 30, here: "tools" },
  { line: 31, here: "tools", elsewhere: [atServer("30, 31: tool calls of a stream")] },
  { line: 32, here: "tools", elsewhere: [atClient("runTools, streamed %s: five turns of one tool, then text")] },
  { line: 33, here: "tools" },
  { line: 34, here: "tools" },
  { line: 35, here: "tools" },
  {
    line: 36,
    here: "tools",
    differs:
      "The calls of a function that `tool_choice` named end in `tool_calls`, as those of any other do; at OpenAI in `stop`.",
  },
  { line: 37, here: "tools" },
  { line: 38, here: "tools", differs: "Custom tools are refused by name." },
  { line: 39, here: "tools" },
  { line: 40, here: "tools" },
  { line: 41, here: "tools" },
  { line: 42, here: "tools" },
  { line: 43, here: "structured-output" },
  { line: 44, here: "structured-output", elsewhere: [atClient("`parse()` with zod, not streamed and streamed")] },
  { line: 45, here: "structured-output" },
  { line: 46, here: "structured-output", differs: "A `json_schema` may lack its `name`." },
  { line: 47, here: "structured-output" },
  { line: 48, here: "multimodal" },
  {
    line: 49,
    here: "multimodal",
    elsewhere: [atServer("what only the team can judge is a 400 too")],
    differs: "Images by address go to the models as addresses. Nothing is fetched or converted here.",
  },
  { line: 50, here: "multimodal", differs: "Audio and files are refused by name." },
  { line: 51, here: "multimodal" },
  { line: 52, here: "multimodal" },
  { line: 53, here: "multimodal" },
  {
    line: 54,
    here: "parameters",
    differs: "The token limit applies to the answer. `usage` counts all calls of the team and may be higher.",
  },
  {
    line: 55,
    here: "parameters",
    differs:
      "Up to 64 stop sequences are taken, and an empty list counts as absent. Models that take 4 get the first 4.",
  },
  { line: 56, here: "parameters" },
  { line: 57, here: "parameters", differs: "`n` above 1 is refused by name: a team gives one answer." },
  { line: 58, here: "parameters", differs: "Log probabilities are refused by name: a team's answer has none." },
  { line: 59, here: "parameters", elsewhere: [atSchema("%s: null is as good as absent")] },
  { line: 60, here: "parameters" },
  {
    line: 61,
    here: "parameters",
    differs: "`stream_options` without `stream`, and a token limit of 0 or -1, count as absent.",
  },
  { line: 62, here: "parameters" },
  { line: 63, here: "parameters" },
  { line: 64, here: "parameters", elsewhere: [atServer("64: what is ignored does not reach the run")] },
  {
    line: 65,
    here: "parameters",
    differs:
      "Of the parameters that the SDKs know, audio, log probabilities, `logit_bias`, `functions`, `moderation` and `web_search_options` are refused by name; all others together are one good request.",
  },
  { line: 66, here: "errors" },
  { line: 67, here: "errors", differs: "`model` may be absent or null." },
  { line: 68, here: "errors" },
  { line: 69, here: "errors" },
  { line: 70, here: "errors" },
  { line: 71, here: "errors" },
  { line: 72, here: "errors", elsewhere: [atFaults("$fault: $status $type, naming each agent and its reason")] },
  { line: 73, here: "errors" },
  { line: 74, here: "errors" },
  { line: 75, here: "errors" },
  { line: 76, here: "headers" },
  { line: 77, here: "headers" },
  { line: 78, here: "headers" },
  { line: 79, here: "headers" },
  { line: 80, here: "headers" },
  { line: 81, here: "robustness" },
  {
    line: 82,
    here: "robustness",
    elsewhere: [atFaults("$how: every upstream call is closed, and none is started")],
  },
  { line: 83, here: "robustness" },
  {
    line: 84,
    here: "robustness",
    elsewhere: [
      inStream("a slow reader slows the run down and loses nothing"),
      inStream("a client that takes nothing for too long loses its connection, and its run ends"),
    ],
  },
  {
    line: 85,
    here: "robustness",
    elsewhere: [
      atLongRun("a stream of six minutes is kept awake and ends well"),
      atLongRun("requests have five minutes to arrive; connections outlast those of load balancers"),
    ],
  },
  { line: 86, here: "robustness" },
  { line: 87, here: "robustness" },
  {
    line: 88,
    here: "robustness",
    elsewhere: [inStream("garbage behind a request ends the connection and is never answered inside the stream")],
  },
  { line: 89, here: "robustness" },
  {
    line: 90,
    here: "security",
    differs: "Only the syntax of image addresses is checked, because nothing here opens them.",
  },
  {
    line: 91,
    here: "security",
    elsewhere: [atSchema("huge and deep requests are refused at their first fault"), atSchema("a long conversation")],
    differs:
      "A conversation of 20,000 messages is long, not wrong: what bounds it is `--body-limit` and `--body-values`.",
  },
  {
    line: 92,
    here: "security",
    elsewhere: [atRequests("one log entry per request, with the run and without the query")],
  },
  { line: 93, here: "security" },
  {
    line: 94,
    here: "security",
    elsewhere: [
      atLeaving("a full house answers 429 at once, without starting a run"),
      atLeaving("who waits in line runs when a place is free"),
    ],
  },
  {
    line: 95,
    here: "security",
    differs: "It listens on 0.0.0.0 by default, and warns when it requires no key.",
  },
];
