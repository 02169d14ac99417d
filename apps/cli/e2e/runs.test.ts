// Past runs on the command line, read beside the server that keeps them.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@massgen/runs/sqlite";
import { keptRun } from "@massgen/runs/testing";
import {
  httpError,
  newAnswer,
  openaiTeam,
  paced,
  pointedAt,
  type Script,
  startUpstream,
  text,
  type Upstream,
  vote,
} from "@massgen/upstream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "./command-line.ts";
import { type MassgenProcess, runMassgen, startMassgen } from "./massgen-process.ts";
import { labelOf } from "./script.ts";

const answers: Readonly<Record<string, string>> = {
  ada: "Blue light is scattered more than red light by the molecules of the air (Rayleigh scattering).",
  ben: "Because air scatters short wavelengths more strongly: by the fourth power of frequency.\n\nAt sunset the path is longer, so that mostly red light is left.",
  cyd: "The sky reflects the sea.",
};
const ownerOf = (model: string): string => model.replace("-model", "");

/** Who is slow, who fails, and what costs much, by a word in the question. */
const script: Script = (call) => {
  const asked = call.messages.map(({ text: said }) => said).join("\n");
  const agent = ownerOf(call.model);
  const usage = { inputTokens: call.phase === "draft" ? 900 : 2600, outputTokens: 240 };
  switch (call.phase) {
    case "draft":
      if (asked.includes("Degraded") && agent === "cyd") {
        return httpError(404, {
          error: { message: "The model `cyd-model` does not exist", type: "invalid_request_error" },
        });
      }
      if (asked.includes("Expensive") && agent === "ada" && call.attempt === 3) return httpError(503);
      if (asked.includes("Slow") && agent === "cyd") {
        return paced(text(answers[agent] ?? "", { usage, chunks: 6 }), { firstMs: 1500, everyMs: 150 });
      }
      return paced(text(answers[agent] ?? "", { usage, chunks: 2 }), { firstMs: 120, everyMs: 40 });
    case "ballot": {
      if (
        asked.includes("Expensive") &&
        agent === "ben" &&
        call.answers.every((shown) => !shown.text.includes("fourth power of the"))
      ) {
        return newAnswer(`${answers["ben"] ?? ""} Violet is scattered by the fourth power of the frequency too.`);
      }
      const choice = vote(labelOf(call, answers["ben"] ?? ""), "Names the law, and explains the sunset too.", {
        usage,
      });
      // Two votes for ben decide, and would leave his own out.
      return asked.includes("Slow") && agent !== "ben" ? paced(choice, { firstMs: 1000, everyMs: 1 }) : choice;
    }
    case "presentation":
      return text("Air scatters blue light far more strongly than red light, so blue comes from all sides.", { usage });
  }
};

/** A team whose models cost what many do. */
function priced(team: string): string {
  return team.replaceAll("-model }", "-model, price: { input: 2.5, output: 10 } }");
}

let folder: string;
let upstream: Upstream;
let store: string;
/** Serves while its runs are read. */
let massgen: MassgenProcess;
let url: string;
const key = "key-of-the-operator";
const ids = new Map<string, string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-runs-"));
  store = `sqlite:${join(folder, "runs.db")}`;
  upstream = await startUpstream(script);
  massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--store", store],
    env: { ...pointedAt(upstream), MASSGEN_SERVER_ADMIN_KEY: key },
    files: { "config.yaml": priced(openaiTeam(["ada", "ben", "cyd"], "history: all\n")) },
  });
  url = await massgen.ready();
  for (const kind of ["Slow", "Degraded", "Expensive"]) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: `${kind}: why is the sky blue?\u001b[2J` }] }),
    });
    const { massgen_metadata: told } = (await response.json()) as { massgen_metadata: { run_id: string } };
    ids.set(kind, told.run_id);
  }
}, 120_000);
afterAll(async () => {
  await massgen[Symbol.asyncDispose]();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

/** A command in this process, which reads and prints only. */
const runs = (args: readonly string[], env: Readonly<Record<string, string>> = {}, files = {}) =>
  runCommand({ args: ["runs", ...args], env: { MASSGEN_STORE: store, COLUMNS: "100", ...env }, files });
const idOf = (kind: string): string => ids.get(kind) ?? "";
const linesOf = (text: string): readonly string[] => text.trimEnd().split("\n");

it.each(["60", "100", "200"])(
  "the list fits %s columns, names whole ids, and shows no control character",
  async (columns) => {
    const { code, stdout, stderr } = await runs([], { COLUMNS: columns });
    expect([code, stderr]).toEqual([0, ""]);
    expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(Number(columns));
    for (const [kind, id] of ids) {
      expect(stdout).toContain(id);
      expect(stdout).toContain(`${kind}: why is the sky blue?`);
    }
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout.indexOf(idOf("Expensive"))).toBeLessThan(stdout.indexOf(idOf("Slow")));
  },
);

it("filters, pages, and the list as JSON", async () => {
  const listed = async (...args: string[]): Promise<readonly string[]> => {
    const { stdout } = await runs(["list", "--json", ...args]);
    return (JSON.parse(stdout) as { readonly id: string }[]).map(({ id }) => id);
  };
  const [expensive, degraded, slow] = ["Expensive", "Degraded", "Slow"].map(idOf);
  expect(await listed()).toEqual([expensive, degraded, slow]);
  expect(await listed("--degraded")).toEqual([degraded]);
  expect(await listed("--outcome", "majority")).toEqual([slow]);
  expect(await listed("--outcome", "open")).toEqual([]);
  expect(await listed("--team", "massgen", "--since", "1h", "--model", "ben-model")).toHaveLength(3);
  expect(await listed("--team", "deep")).toEqual([]);
  expect(await listed("--since", "2100-01-01")).toEqual([]);
  expect(await listed("--limit", "1", "--after", expensive ?? "")).toEqual([degraded]);
  expect((await runs(["list", "--limit", "1"])).stderr).toBe(`Older ones: add --after ${expensive}\n`);
  expect(await runs(["--team", "deep"])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringMatching(/No such runs/),
  });
});

it("show tells why a run was slow", async () => {
  const { stdout } = await runs(["show", idOf("Slow")]);
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /Answered in [\d.]+ s, with 7 calls and 14,780 tokens, for \$0\.0495\. ben's answer won with 2 of 3 votes\./,
  );
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /Drafting took .* The last was cyd \(cyd-model\): .* to the first token, .* of writing\. The others were done .* earlier/,
  );
  expect(stdout).toMatch(/^ {2}cyd draft {2}\|\.*-+#+ *\| /m);
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /ada votes for ben \([12] of 2\): Names the law, and explains the sunset too\./,
  );
});

it("show tells why a run is degraded, and what to do", async () => {
  const { stdout } = await runs(["show", idOf("Degraded")]);
  const text = stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("Why it is degraded agent-failed (cyd: not-found). An agent failed for good");
  expect(text).toMatch(
    /cyd \(cyd-model\) failed for good while drafting\. not-found, HTTP 404: .*retired, or is misspelt/,
  );
});

it("show tells why a run was expensive", async () => {
  const text = (await runs(["show", idOf("Expensive")])).stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("ben answered anew instead of voting");
  expect(text).toMatch(/12 calls; an ordinary run of 3 agents makes 7 .* because 1 voter answered anew, so 1 round/);
  expect(text).toContain("1 call failed or got lost and was made again");
  expect(text).toMatch(/ada failed while drafting at .* asked again after .* HTTP 503/);
  expect(text).toMatch(/Reading all answers in order to vote took \d+ %/);
  expect(text).toMatch(/Answered in .* tokens, for \$0\.\d{4} or more\./);
  expect(text).toMatch(/ada vote 2 5,200 480 \d+ % \$0\.0178 ada-model/);
  expect(text).toMatch(/It cost \$0\.\d{4}, and at most \$0\.\d{4} more for calls that reported none\./);
});

it("show as JSON has it all, but not what marks in prompts are made of; every width fits", async () => {
  const { stdout } = await runs(["show", idOf("Slow"), "--json"]);
  const told = JSON.parse(stdout) as {
    run: { id: string; setup: object };
    result: { receipt: { callsDetail: object[] } };
  };
  expect(told.run.id).toBe(idOf("Slow"));
  expect(told.run.setup).not.toHaveProperty("secret");
  expect(told.result.receipt.callsDetail).toHaveLength(7);
  for (const columns of ["60", "200"]) {
    const lines = linesOf((await runs(["show", idOf("Expensive")], { COLUMNS: columns })).stdout);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Number(columns));
  }
});

it("replay: the same rules decide the same, others say what differs, and what nobody was asked for", async () => {
  const team = (rules: string) => ({ "other.yaml": openaiTeam(["ada", "ben", "cyd"], `orchestrator: { ${rules} }\n`) });
  const replayed = async (kind: string, rules?: string): Promise<string> => {
    const other = rules === undefined ? [] : ["--config", "other.yaml"];
    // The file names no store, and its providers have no key here.
    const { code, stdout, stderr } = await runs(["replay", idOf(kind), ...other], {}, team(rules ?? ""));
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };
  expect(await replayed("Expensive")).toMatch(
    /ben wins, unanimous.*written anew by ben \(12 calls\)[^]*Nothing differs\.\n$/,
  );
  const select = await replayed("Slow", "final_answer: select");
  expect(select).toMatch(
    /final_answer auto -> select[^]*ben wins, majority, as it was \(6 calls\)[^]*What differs: the text\.\n$/,
  );
  expect(await replayed("Expensive", "max_new_answers_per_agent: 1")).toMatch(
    /max_new_answers_per_agent 2 -> 1\.\n[^]*ben wins, unanimous[^]*never made: ben's final answer\.[^]*the text, which was never written/,
  );
  expect(await replayed("Slow", "exhaustive: true, self_votes: allow")).toMatch(
    /Undetermined: what it needs was never asked/,
  );
});

it("the built command exports whole runs", async () => {
  const { code, stdout, stderr } = await runMassgen({ args: ["runs", "export", "--store", store, "--since", "1d"] });
  expect([code, stderr]).toEqual([0, ""]);
  const exported = linesOf(stdout).map(
    (line) => JSON.parse(line) as { run: { id: string }; end: object; log: object[] },
  );
  expect(exported.map(({ run }) => run.id)).toEqual(["Expensive", "Degraded", "Slow"].map(idOf));
  expect(stdout).not.toContain('"secret"');
  expect(exported.every(({ end, log }) => "outcome" in end && log.length > 5)).toBe(true);
});

/** A command that asks the built server. */
const fromServer = (args: readonly string[], env: Readonly<Record<string, string>> = {}, files = {}) =>
  runCommand({
    args: ["runs", ...args],
    env: { COLUMNS: "100", MASSGEN_SERVER_ADMIN_KEY: key, MASSGEN_SERVER_URL: url, ...env },
    files,
  });

it("a server gives what its store gives", async () => {
  const [expensive = "", slow = ""] = ["Expensive", "Slow"].map(idOf);
  const files = { "rules.yaml": openaiTeam(["ada"], "orchestrator: { exhaustive: true, self_votes: allow }\n") };
  for (const args of [
    ["list"],
    ["list", "--limit", "1"],
    ["list", "--degraded", "--since", "1h", "--team", "massgen", "--model", "ben-model"],
    ["list", "--outcome", "open"],
    ["list", "--after", expensive],
    ["list", "--after", "run_none"],
    ["show", expensive],
    ["show", slow.replace("run_", "chatcmpl-"), "--full"],
    ["replay", slow, "--json"],
    ["replay", slow, "--config", "rules.yaml"],
  ]) {
    const local = await runs(args, {}, files);
    expect(local.code).toBe(0);
    // Only the place has another name.
    const stderr = local.stderr.replace(/in \S*runs\.db/, `in ${url}`);
    expect(await fromServer(args, {}, files)).toEqual({ ...local, stderr });
  }
});

it("what a server exports is what its store has, but for secrets and parts of seconds", async () => {
  interface Line {
    readonly run: { readonly wire: { readonly path: string }; readonly setup: object };
    readonly end: { readonly endedAtMs: number };
    readonly log: readonly object[];
  }
  const exported = (told: { readonly stdout: string }): readonly Line[] =>
    linesOf(told.stdout).map((line) => JSON.parse(line) as Line);
  const local = exported(await runs(["export"]));
  const args = ["runs", "export", "--server", url, "--key-file", "key"];
  const remote = await runMassgen({ args, files: { key: `# on call\nme: ${key}\n` } });
  expect([remote.code, remote.stderr]).toEqual([0, ""]);
  const bare = local.map(({ run, end, log }) => ({
    run: { ...run, wire: { path: run.wire.path }, setup: run.setup },
    end: { ...end, endedAtMs: Math.floor(end.endedAtMs / 1000) * 1000 },
    log,
  }));
  expect(exported(remote)).toEqual(bare);
});

it.each<[readonly string[], Readonly<Record<string, string>>, RegExp]>([
  [["list"], { MASSGEN_SERVER_ADMIN_KEY: "another-key" }, /: the key is not right/],
  [["list"], { MASSGEN_SERVER_ADMIN_KEY: "" }, /a key of that server is needed\. Set MASSGEN_SERVER_ADMIN_KEY/],
  [["list"], { MASSGEN_SERVER_URL: "http://127.0.0.1:1" }, /^http:\/\/127\.0\.0\.1:1: .*Check the address/],
  [["list", "--server", "localhost:4000"], {}, /^--server: that is no http:\/\/ or https:\/\/ address/],
  [["list", "--server", "http://me:pass-word@localhost"], {}, /^--server: an address with a name or a password/],
  [["list", "--server", "http://localhost", "--store", "memory"], {}, /^--server and --store each say where/],
  [["list", "--server", "http://localhost", "--config", "a.yaml"], {}, /^--server and --config each say where/],
  [["list", "--store", "memory", "--key-file", "key"], {}, /^--key-file is for --server/],
  [["list", "--key-file", "absent"], {}, /^--key-file: cannot read .*absent: there is no such file/],
  [["show", "run_none"], {}, /^There is no run "run_none" in http:.*: massgen runs list/],
])("%j with %j is refused in one message about the server, without a key", async (args, env, says) => {
  const { code, stdout, stderr } = await fromServer(args, env);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/^\s+at |key-of-the|another-key|pass-word/m);
});

it("a run that goes on is told as far as it is, and cannot be decided again yet", async () => {
  const file = join(folder, "open.db");
  const opened = await openSqliteStore({ file });
  await opened.create(keptRun("run_open"), [{ type: "run-started", atMs: 0 }]);
  await opened.close();
  const at = ["--store", `sqlite:${file}`];
  expect((await runs(["list", "--outcome", "open", ...at])).stdout).toContain("run_open");
  const { code, stdout } = await runs(["show", "run_open", ...at]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/It has not ended: [^]*Question\n[^]*Question of run_open: Grüße 👋/);
  const replayed = await runs(["replay", "run_open", ...at]);
  expect(replayed).toMatchObject({ code: 2, stderr: expect.stringMatching(/^run_open has not ended yet/) });
});

it("an export that nobody reads to the end ends, without an error", async () => {
  const file = join(folder, "large.db");
  const large = await openSqliteStore({ file });
  const long = "x".repeat(200_000);
  for (let n = 0; n < 40; n += 1) {
    await large.create(keptRun(`run_${n}`, { request: { messages: [{ role: "user", content: `${n} ${long}` }] } }));
  }
  await large.close();
  const bin = fileURLToPath(new URL("../bin/massgen.js", import.meta.url));
  const child = spawn(process.execPath, [bin, "runs", "export", "--store", `sqlite:${file}`]);
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = (await once(child, "exit")) as [number];
  expect([code, stderr]).toEqual([0, ""]);
}, 60_000);

it.each([
  [["show", "run_none"], /^There is no run "run_none" in .*runs\.db: massgen runs list/],
  [["replay", "run_none"], /^There is no run/],
  [["list", "--outcome", "won"], /^--outcome: must be unanimous, .*, not "won"\.\n$/],
  [["list", "--limit", "0"], /^--limit: must be a whole number from 1 to 1000, not "0"\.\n$/],
  [["list", "--since", "yesterday"], /^--since: must be 30m, .*, not "yesterday"\.\n$/],
  [["list", "--store", "sqlite:absent.db"], /^store: there is no file .*absent\.db\./],
  [["list", "--store", "memory"], /^store: `memory` ends with the process of the server.*--store sqlite:FILE/],
  [["list", "--store", "nowhere"], /^--store: must be memory, off, sqlite/],
  [["list", "--config", "absent.yaml"], /absent\.yaml: there is no such file/],
  [["show"], /^error: missing required argument 'id'/],
  [["list", "--store", "sqlite:note.txt"], /^store: .*note\.txt/],
] as const)("%j is refused in one message, with exit code 2", async (args, says) => {
  const { code, stdout, stderr } = await runs(args, {}, { "note.txt": "no database, but long enough to be looked at" });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it("without a store, or with one that is sealed by another key, it says what to do", async () => {
  const none = await runCommand({ args: ["runs"] });
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^No store is named, so there are no runs to look at\. Name one with --store/),
  });
  const file = join(folder, "sealed.db");
  const keys = [randomBytes(32).toString("base64")];
  await (await openSqliteStore({ file, keys })).close();
  expect(await runs(["list", "--store", `sqlite:${file}`])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/store_keys or MASSGEN_STORE_KEYS/),
  });
  const opened = await runs(["list", "--store", `sqlite:${file}`], { MASSGEN_STORE_KEYS: keys[0] ?? "" });
  expect(opened).toMatchObject({ code: 0, stderr: expect.stringMatching(/No such runs/) });
});
