import { MassgenError } from "@massgen/core/model";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../config-error.ts";
import { loadConfig } from "../load-config.ts";
import { optionRows, type NamedOption, type ServerConfig } from "./server-options.ts";
import { serverSettings, type ServerSources } from "./server-settings.ts";

const settingsOf = (flags: ServerSources["flags"], env: ServerSources["env"] = {}, file: ServerConfig = {}) =>
  serverSettings({ flags, env, file });

describe("where and how to serve", () => {
  it("0.0.0.0:4000 when nobody says otherwise", () => {
    expect(settingsOf({}, {}, {})).toMatchObject({
      host: "0.0.0.0",
      port: 4000,
      drainTimeoutMs: 30_000,
      heartbeatMs: 15_000,
      jsonDeadlineMs: 280_000,
      maxConcurrentRuns: 256,
      queue: 32,
      queueWaitMs: 5000,
    });
  });

  it("flags beat the environment, the environment beats the file", () => {
    const env = { MASSGEN_SERVER_HOST: "127.0.0.2", MASSGEN_SERVER_PORT: "4002" };
    const file = { host: "127.0.0.3", port: 4003 };
    expect(settingsOf({ host: "127.0.0.1", port: "4001" }, env, file)).toMatchObject({
      host: "127.0.0.1",
      port: 4001,
    });
    expect(settingsOf({}, env, file)).toMatchObject({ host: "127.0.0.2", port: 4002 });
    expect(settingsOf({}, { MASSGEN_SERVER_PORT: " " }, file)).toMatchObject({ host: "127.0.0.3", port: 4003 });
  });

  it("every other setting comes from its flag, else from the file", () => {
    const file = {
      heartbeatMs: 1000,
      jsonDeadlineMs: 2000,
      drainTimeoutMs: 3000,
      maxConcurrentRuns: 4,
      queue: 5,
      bodyLimit: 6,
      queueWaitMs: 7000,
      maxConnections: 8,
      bodyMemory: 9,
      bodyDepth: 10,
      bodyValues: 11,
      bodyKeys: 12,
      corsOrigins: ["*"],
      allowedHosts: ["file.example"],
      reasoningAlias: false,
      metricsOpen: true,
      logLevel: "warn",
      logFormat: "off",
    } as const;
    expect(settingsOf({}, {}, file)).toMatchObject({
      drainTimeoutMs: 3000,
      maxConnections: 8,
      logLevel: "warn",
      logFormat: "off",
      heartbeatMs: 1000,
      jsonDeadlineMs: 2000,
      maxConcurrentRuns: 4,
      queue: 5,
      queueWaitMs: 7000,
      bodyLimit: 6,
      bodyMemory: 9,
      bodyDepth: 10,
      bodyValues: 11,
      bodyKeys: 12,
      corsOrigins: ["*"],
      allowedHosts: ["file.example"],
      reasoningAlias: false,
      metricsOpen: true,
    });
    const flags = {
      heartbeat: "0",
      "json-deadline": "20",
      "drain-timeout": "0.5",
      "max-concurrent-runs": "40",
      queue: "0",
      "body-limit": "2mb",
      "queue-wait": "0.2",
      "max-connections": "50",
      "body-memory": "100",
      "body-depth": "100",
      "body-values": "110",
      "body-keys": "120",
      "cors-origin": ["https://app.example"],
      "allowed-host": ["flag.example", "[::1]"],
      "reasoning-alias": "true",
      "log-level": "debug",
      "log-format": "json",
    };
    expect(settingsOf(flags, {}, file)).toMatchObject({
      drainTimeoutMs: 500,
      maxConnections: 50,
      logLevel: "debug",
      logFormat: "json",
      heartbeatMs: 0,
      jsonDeadlineMs: 20_000,
      maxConcurrentRuns: 40,
      queue: 0,
      queueWaitMs: 200,
      bodyLimit: 2 * 1024 * 1024,
      bodyMemory: 100,
      bodyDepth: 100,
      bodyValues: 110,
      bodyKeys: 120,
      corsOrigins: ["https://app.example"],
      allowedHosts: ["flag.example", "[::1]"],
      reasoningAlias: true,
    });
    expect(settingsOf({}, {}, {}).reasoningAlias).toBe(true);
    expect(() => settingsOf({ "reasoning-alias": "no" }, {}, {})).toThrow("--reasoning-alias: must be true or false");
    const env = { MASSGEN_SERVER_ALLOWED_HOST: "one.example, two.example" };
    expect(settingsOf({}, env, file).allowedHosts).toEqual(["one.example", "two.example"]);
    expect(settingsOf(flags, env, file).allowedHosts).toEqual(["flag.example", "[::1]"]);
    expect(() => settingsOf({}, { MASSGEN_SERVER_ALLOWED_HOST: "one.example," }, file)).toThrow(
      "MASSGEN_SERVER_ALLOWED_HOST: must be * or a host name",
    );
  });

  it("the limits of a body's structure may come from the environment", () => {
    const env = { MASSGEN_SERVER_BODY_DEPTH: "5", MASSGEN_SERVER_BODY_VALUES: "6", MASSGEN_SERVER_BODY_KEYS: "7" };
    expect(settingsOf({ "body-keys": "8" }, env, { bodyDepth: 9 })).toMatchObject({
      bodyDepth: 5,
      bodyValues: 6,
      bodyKeys: 8,
    });
    const odd = { MASSGEN_SERVER_BODY_VALUES: "-1" };
    expect(() => settingsOf({}, odd, {})).toThrow("MASSGEN_SERVER_BODY_VALUES");
  });

  it.each([
    [{ port: "http" }, "--port"],
    [{ port: "80.5" }, "--port"],
    [{ port: "" }, "--port"],
    [{ heartbeat: "-1" }, "--heartbeat"],
    [{ "max-concurrent-runs": "1e9" }, "--max-concurrent-runs"],
    [{ "body-limit": "much" }, "--body-limit"],
    [{ "body-memory": "1tb" }, "--body-memory"],
    [{ "body-depth": "1001" }, "--body-depth"],
    [{ "body-values": "0" }, "--body-values"],
    [{ "body-keys": "all" }, "--body-keys"],
    [{ "cors-origin": ["https://app.example/"] }, "--cors-origin"],
    [{ "cors-origin": ["null"] }, "--cors-origin"],
    [{ "cors-origin": ["https://*.example"] }, "--cors-origin"],
    [{ "cors-origin": ["https://"] }, "--cors-origin"],
    [{ "allowed-host": ["https://app.example"] }, "--allowed-host"],
    [{ "allowed-host": ["app.example:4000"] }, "--allowed-host"],
    [{ "allowed-host": ["*.example"] }, "--allowed-host"],
    [{ "log-level": "loud" }, "--log-level"],
    [{ "log-format": "xml" }, "--log-format"],
  ])("%j is refused by the flag's name", (flags, name) => {
    expect(() => settingsOf(flags, {}, {})).toThrow(name);
  });
});

it.each([
  { "max-concurrent-runs": "0" },
  { "max-connections": "0" },
  { "json-deadline": "0" },
  { "body-limit": "0" },
  { "body-limit": "0mb" },
  { "body-memory": "0" },
])("a flag that would leave nothing to serve with is refused: %j", (flags) => {
  expect(() => settingsOf(flags, {}, {})).toThrow(/^--[a-z-]+: must be .*, not "0/);
});

describe("a flag, a variable and the same key of a file", () => {
  /** What each of them says: the settings, or what is wrong without where it stands. */
  function said({ key, flag, env, unit, top }: NamedOption, text: string): Record<string, unknown> {
    const told = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        const message = ConfigError.isInstance(error)
          ? error.issues[0]?.message
          : error.message.replace(/^[\w-]+: /, "");
        return message?.replace(/, (not|which the value of) .*/, "").replace(/\.$/, "");
      }
    };
    const inFile = (written: string, V?: string): unknown => {
      const option = top === true ? `${key}: ${written}` : `server: { ${key}: ${written} }`;
      const source = `${option}\nagent: { backend: { type: demo } }`;
      return told(() => settingsOf({}, {}, loadConfig(source, { path: "c.yaml", env: { V } }).config.server));
    };
    return {
      flag: told(() => settingsOf({ [flag]: unit.form === "list" ? [text] : text })),
      file: inFile(/[,:*[\]]/.test(text) ? JSON.stringify(text) : text),
      fileByVariable: inFile('"${V}"', text),
      ...(unit.form === "list" && { fileByList: inFile(JSON.stringify([text])) }),
      ...(env !== undefined && { variable: told(() => settingsOf({}, { [env]: text })) }),
    };
  }
  const numbers = [
    "0",
    "1",
    "1.5",
    "0x10",
    "1e3",
    "-1",
    "90000",
    "1000001",
    "2147484",
    "1e400",
    "x",
    "1 2",
    " 5 ",
    "9007199254740993",
  ];
  const sizes = [
    "0",
    "0mb",
    "1.5mb",
    "1.5",
    "20 MB",
    "0.0001kb",
    "1tb",
    "10kb",
    "1.5b",
    "7b",
    "5k",
    "1,5mb",
    "much",
    "-1mb",
    "+1",
    "1e3",
    "5.0",
    "0x10",
    " 5 ",
    " 1.5mb ",
  ];

  const names = ["*", "a.example", "a.example, b.example", "a.example,[::1]", "a.example,", ",", "a.example b.example"];
  const origins = ["*", "https://a.example", "https://a.example,app://obsidian.md", "https://a.example,", "a.example"];
  const textsOf: Readonly<Record<string, readonly string[]>> = {
    N: numbers,
    PORT: numbers,
    SECONDS: numbers,
    SIZE: sizes,
    HOST: ["localhost", "::", "0.0.0.0"],
    PATH: ["keys.txt", "/etc/keys"],
    NAME: names,
    ORIGIN: origins,
    LEVEL: ["debug", "loud", "Debug", "1"],
    FORMAT: ["json", "xml", "1"],
    STORE: ["memory", "off", "sqlite:./massgen.db", "sqlite:", "postgres://db/runs", "mysql://db/runs", "Memory", "1"],
    DAYS: numbers,
    RUNS: ["stored", "all", "off", "none", "1"],
    MINUTES: numbers,
    MB: numbers,
    DELIVERY: ["whole", "live", "Live", "1"],
    MODE: ["normal", "full", "Full", "1"],
    BOOLEAN: ["true", "false", "True", "yes", "1", " true "],
  };

  it.each(optionRows.filter(({ unit }) => unit.form !== "switch"))(
    "$key takes and refuses the same values wherever they are written, in the same words",
    (row) => {
      const texts = textsOf[row.unit.placeholder] ?? [];
      expect(texts).not.toEqual([]);
      for (const text of texts) {
        const all = said(row, text);
        expect(all, text).toEqual(Object.fromEntries(Object.keys(all).map((place) => [place, all["file"]])));
      }
    },
  );

  it("what cannot be is refused, whatever the option", () => {
    const odd = optionRows.filter(({ unit }) => unit.form !== "switch" && !["HOST", "PATH"].includes(unit.placeholder));
    for (const row of odd) expect(said(row, "no such: thing")["flag"], row.flag).toMatch(/^must be /);
  });

  it("are told of all at once", () => {
    expect(() => settingsOf({ port: "x", queue: "y" }, {}, {})).toThrow(/^--port: must .*\.\n--queue: must .*\.$/);
  });

  it.each(["postgre://me:se/cr@et@db/runs", "postgres:/me:se/cr@et@db/runs", "me:se/cr@et@db"])(
    "show no password: %s",
    (store) => {
      expect(() => settingsOf({ store }, {}, {})).toThrow(/^--store: must be .*@db/);
      expect(() => settingsOf({ store }, {}, {})).not.toThrow(/cr@et/);
    },
  );

  it("show no more of a wrong value than its beginning", () => {
    expect(() => settingsOf({ port: "x".repeat(500) }, {}, {})).toThrow(/^.{1,160}$/);
  });
});
