import { expect, it } from "vitest";
import { openLog, type LogFormat } from "./log.ts";

async function written(format: LogFormat, terminal = false): Promise<string> {
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
  log.write("debug", "not yet");
  log.write("warn", 'with a secret and a "quote"', { deep: [{ text: 'a secret"' }], figure: 5, absent: undefined });
  log.setLevel("debug");
  log.write("debug", "now");
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
