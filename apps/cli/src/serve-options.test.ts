import { ConfigError, loadConfig } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import { describe, expect, it } from "vitest";
import { serveSettings, type ServeFlags } from "./serve-options.ts";

describe("where and how to serve", () => {
  it("0.0.0.0:4000 when nobody says otherwise", () => {
    expect(serveSettings({}, {}, {})).toMatchObject({
      host: "0.0.0.0",
      port: 4000,
      drainTimeoutMs: 30_000,
      options: {
        heartbeatMs: 15_000,
        jsonDeadlineMs: 280_000,
        maxConcurrentRuns: 256,
        queue: { places: 32, waitMs: 5000 },
      },
    });
  });

  it("flags beat the environment, the environment beats the file", () => {
    const env = { MASSGEN_SERVER_HOST: "127.0.0.2", MASSGEN_SERVER_PORT: "4002" };
    const file = { host: "127.0.0.3", port: 4003 };
    expect(serveSettings({ host: "127.0.0.1", port: "4001" }, env, file)).toMatchObject({
      host: "127.0.0.1",
      port: 4001,
    });
    expect(serveSettings({}, env, file)).toMatchObject({ host: "127.0.0.2", port: 4002 });
    expect(serveSettings({}, { MASSGEN_SERVER_PORT: " " }, file)).toMatchObject({ host: "127.0.0.3", port: 4003 });
  });

  it("every other setting comes from its flag, else from the file", () => {
    const file = {
      heartbeatSeconds: 1,
      jsonDeadlineSeconds: 2,
      drainTimeoutSeconds: 3,
      maxConcurrentRuns: 4,
      queue: 5,
      bodyLimit: 6,
      queueWaitSeconds: 7,
      maxConnections: 8,
      bodyMemory: 9,
      bodyDepth: 10,
      bodyValues: 11,
      bodyKeys: 12,
      corsOrigins: ["*"],
      allowedHosts: ["file.example"],
      metricsOpen: true,
      logLevel: "warn",
      logFormat: "off",
    } as const;
    expect(serveSettings({}, {}, file)).toMatchObject({
      drainTimeoutMs: 3000,
      maxConnections: 8,
      logLevel: "warn",
      logFormat: "off",
      options: {
        heartbeatMs: 1000,
        jsonDeadlineMs: 2000,
        maxConcurrentRuns: 4,
        queue: { places: 5, waitMs: 7000 },
        bodyLimit: 6,
        bodyMemory: 9,
        bodyDepth: 10,
        bodyValues: 11,
        bodyKeys: 12,
        corsOrigins: ["*"],
        allowedHosts: ["file.example"],
        metricsOpen: true,
      },
    });
    const flags = {
      heartbeat: "0",
      jsonDeadline: "20",
      drainTimeout: "0.5",
      maxConcurrentRuns: "40",
      queue: "0",
      bodyLimit: "2mb",
      queueWait: "0.2",
      maxConnections: "50",
      bodyMemory: "100",
      bodyDepth: "100",
      bodyValues: "110",
      bodyKeys: "120",
      corsOrigin: ["https://app.example"],
      allowedHost: ["flag.example", "[::1]"],
      logLevel: "debug",
      logFormat: "json",
    };
    expect(serveSettings(flags, {}, file)).toMatchObject({
      drainTimeoutMs: 500,
      maxConnections: 50,
      logLevel: "debug",
      logFormat: "json",
      options: {
        heartbeatMs: 0,
        jsonDeadlineMs: 20_000,
        maxConcurrentRuns: 40,
        queue: { places: 0, waitMs: 200 },
        bodyLimit: 2 * 1024 * 1024,
        bodyMemory: 100,
        bodyDepth: 100,
        bodyValues: 110,
        bodyKeys: 120,
        corsOrigins: ["https://app.example"],
        allowedHosts: ["flag.example", "[::1]"],
      },
    });
    const env = { MASSGEN_SERVER_ALLOWED_HOST: "one.example, two.example" };
    expect(serveSettings({}, env, file).options.allowedHosts).toEqual(["one.example", "two.example"]);
    expect(serveSettings(flags, env, file).options.allowedHosts).toEqual(["flag.example", "[::1]"]);
    expect(() => serveSettings({}, { MASSGEN_SERVER_ALLOWED_HOST: "one.example," }, file)).toThrow(
      "MASSGEN_SERVER_ALLOWED_HOST: must be * or a host name",
    );
  });

  it("the limits of a body's structure may come from the environment", () => {
    const env = { MASSGEN_SERVER_BODY_DEPTH: "5", MASSGEN_SERVER_BODY_VALUES: "6", MASSGEN_SERVER_BODY_KEYS: "7" };
    const { options } = serveSettings({ bodyKeys: "8" }, env, { bodyDepth: 9 });
    expect(options).toMatchObject({ bodyDepth: 5, bodyValues: 6, bodyKeys: 8 });
    const odd = { MASSGEN_SERVER_BODY_VALUES: "-1" };
    expect(() => serveSettings({}, odd, {})).toThrow("MASSGEN_SERVER_BODY_VALUES");
  });

  it.each([
    [{ port: "http" }, "--port"],
    [{ port: "80.5" }, "--port"],
    [{ port: "" }, "--port"],
    [{ heartbeat: "-1" }, "--heartbeat"],
    [{ maxConcurrentRuns: "1e9" }, "--max-concurrent-runs"],
    [{ bodyLimit: "much" }, "--body-limit"],
    [{ bodyMemory: "1tb" }, "--body-memory"],
    [{ bodyDepth: "1001" }, "--body-depth"],
    [{ bodyValues: "0" }, "--body-values"],
    [{ bodyKeys: "all" }, "--body-keys"],
    [{ corsOrigin: ["https://app.example/"] }, "--cors-origin"],
    [{ corsOrigin: ["null"] }, "--cors-origin"],
    [{ corsOrigin: ["https://*.example"] }, "--cors-origin"],
    [{ corsOrigin: ["https://"] }, "--cors-origin"],
    [{ allowedHost: ["https://app.example"] }, "--allowed-host"],
    [{ allowedHost: ["app.example:4000"] }, "--allowed-host"],
    [{ allowedHost: ["*.example"] }, "--allowed-host"],
    [{ logLevel: "loud" }, "--log-level"],
    [{ logFormat: "xml" }, "--log-format"],
  ])("%j is refused by the flag's name", (flags, name) => {
    expect(() => serveSettings(flags, {}, {})).toThrow(name);
  });
});

it.each([
  { maxConcurrentRuns: "0" },
  { maxConnections: "0" },
  { jsonDeadline: "0" },
  { bodyLimit: "0" },
  { bodyLimit: "0mb" },
  { bodyMemory: "0" },
])("a flag that would leave nothing to serve with is refused: %j", (flags) => {
  expect(() => serveSettings(flags, {}, {})).toThrow(/^--[a-z-]+: must be .*, not "0/);
});

describe("a flag and the same key of a file", () => {
  /** What both say: the settings, or what is wrong without where it stands. */
  function both(
    flag: keyof ServeFlags,
    key: string,
    text: string,
  ): { flag: unknown; file: unknown; variable: unknown } {
    const told = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        const said = ConfigError.isInstance(error)
          ? error.issues[0]?.message
          : error.message.replace(/^--[a-z-]+: /, "");
        return said?.replace(/, not .*/, "").replace(/\.$/, "");
      }
    };
    const written = /[,:]/.test(text) ? JSON.stringify(text) : text;
    const source = `server: { ${key}: ${written} }\nagent: { backend: { type: demo } }`;
    const filledIn = `server: { ${key}: "\${V}" }\nagent: { backend: { type: demo } }`;
    const variable = told(() =>
      serveSettings({}, {}, loadConfig(filledIn, { path: "c.yaml", env: { V: text } }).config.server),
    );
    return {
      variable: typeof variable === "string" ? variable.replace(/, which the value of .*/, "") : variable,
      flag: told(() => serveSettings({ [flag]: text }, {}, {})),
      file: told(() => serveSettings({}, {}, loadConfig(source, { path: "c.yaml", env: {} }).config.server)),
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

  it.each<[flag: keyof ServeFlags, key: string, texts: readonly string[]]>([
    ["port", "port", numbers],
    ["heartbeat", "heartbeat_seconds", numbers],
    ["jsonDeadline", "json_deadline_seconds", numbers],
    ["drainTimeout", "drain_timeout_seconds", numbers],
    ["queueWait", "queue_wait_seconds", numbers],
    ["maxConcurrentRuns", "max_concurrent_runs", numbers],
    ["maxConnections", "max_connections", numbers],
    ["queue", "queue", numbers],
    ["bodyLimit", "body_limit", sizes],
    ["bodyMemory", "body_memory", sizes],
    ["logLevel", "log_level", ["debug", "loud", "Debug", "1"]],
    ["logFormat", "log_format", ["json", "xml", "1"]],
    ["host", "host", ["localhost", "::", "0.0.0.0"]],
  ])("%s and %s take and refuse the same values, in the same words", (flag, key, texts) => {
    for (const text of texts) {
      const said = both(flag, key, text);
      expect(said, text).toEqual({ flag: said.file, file: said.file, variable: said.file });
    }
  });

  it("are told of all at once", () => {
    expect(() => serveSettings({ port: "x", queue: "y" }, {}, {})).toThrow(/^--port: must .*\.\n--queue: must .*\.$/);
  });

  it("show no more of a wrong value than its beginning", () => {
    expect(() => serveSettings({ port: "x".repeat(500) }, {}, {})).toThrow(/^.{1,160}$/);
  });
});
