import { expect, it } from "vitest";
import { openLog, type Log, type LogFormat } from "./log.ts";

async function written(format: LogFormat, terminal = false): Promise<string> {
  return logged(format, terminal, (log) => {
    log.write("debug", "not yet");
    log.write("warn", 'with a secret and a "quote"', { deep: [{ text: 'a secret"' }], figure: 5, absent: undefined });
    log.setLevel("debug");
    log.write("debug", "now");
  });
}

async function logged(format: LogFormat, terminal: boolean, what: (log: Log) => void): Promise<string> {
  let text = "";
  const log = await openLog({
    level: "info",
    format,
    terminal,
    sink: (line) => {
      text += line;
    },
    redact: (line) => line.replaceAll("secret", "[redacted]"),
  });
  what(log);
  return text;
}

it("is a line of JSON for each event, redacted, from its level on", async () => {
  const [first, second, ...rest] = (await written("auto")).trimEnd().split("\n");
  expect(JSON.parse(first ?? "")).toEqual({
    level: "warn",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    msg: 'with a [redacted] and a "quote"',
    deep: [{ text: 'a [redacted]"' }],
    figure: 5,
  });
  expect(JSON.parse(second ?? "")).toMatchObject({ level: "debug", msg: "now" });
  expect(rest).toEqual([]);
});

it("is readable on a terminal, in one line as well", async () => {
  for (const text of [await written("auto", true), await written("pretty")]) {
    expect(text).toMatch(/WARN.*with a \[redacted\].*"figure":5/);
    expect(text.trimEnd().split("\n")).toHaveLength(2);
  }
  // Colours only where there are some.
  expect(await written("pretty")).not.toContain("\u001b[");
  expect(await written("auto", true)).toContain("\u001b[");
});

it("can be off", async () => {
  expect(await written("off", true)).toBe("");
});

it("no text of a client can make a terminal obey, or end a line", async () => {
  const model = "a\n\r\u001b[31m\u009b31m\u007f\u0085\u2028\u202e\u2066b";
  for (const format of ["json", "pretty"] as const) {
    const text = (await logged(format, false, (log) => log.write("info", "request", { model }))).trimEnd();
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).toContain(String.raw`\u009b31m`);
    if (format === "json") expect(JSON.parse(text)).toMatchObject({ model });
  }
});
