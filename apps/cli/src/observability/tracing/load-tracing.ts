import { locatePackage, type PackageLocation } from "../../packages/package-location.ts";
import type { Log } from "../log/log.ts";
import { samplerOf } from "./sampler.ts";
import type { SpanWriting } from "./span-writing.ts";
import { createTracing, type Tracing } from "./tracing.ts";

/** The packages that export traces. They are installed beside massgen by those who want traces. */
const packages = {
  api: "@opentelemetry/api",
  sdk: "@opentelemetry/sdk-trace",
  resources: "@opentelemetry/resources",
  exporter: "@opentelemetry/exporter-trace-otlp-proto",
} as const;

type OtelVariables = Readonly<Record<string, string>>;

interface Loaded {
  readonly api: typeof import("@opentelemetry/api");
  readonly sdk: typeof import("@opentelemetry/sdk-trace");
  readonly resources: typeof import("@opentelemetry/resources");
  readonly exporter: typeof import("@opentelemetry/exporter-trace-otlp-proto");
}

export interface TracingParts extends Pick<SpanWriting, "version" | "redact" | "typeOf"> {
  /** The variables of OpenTelemetry that are set, those of `.env` files too. */
  readonly env: OtelVariables;
  /** Where packages are looked for, before this installation. */
  readonly cwd: string;
  readonly log: Pick<Log, "write">;
  /** Finds an installed package from these folders, or from massgen's own. */
  readonly locate?: (name: string, folders: readonly string[]) => PackageLocation;
}

/** Tracing that exports what it writes. */
export interface ExportedTracing extends Tracing {
  /** Sends what is left, for a few seconds at most. */
  readonly close: () => Promise<void>;
}

/** The most time for the last spans at the end of the process, in milliseconds. */
const closeMs = 5000;
/** Failures to export are logged this often at most, in milliseconds. */
const failureEveryMs = 60_000;

/**
 * Loads OpenTelemetry's SDK and its OTLP exporter if the environment names where to send traces; otherwise imports
 * nothing. Undefined without traces: a package that is missing, or a protocol that it does not speak, is a warning,
 * since the variables may be meant for everything on this machine.
 */
export async function loadTracing(parts: TracingParts): Promise<ExportedTracing | undefined> {
  const { env, log } = parts;
  if (!isWanted(env)) return undefined;
  const warn = (message: string): void => log.write("warn", message);
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] ?? env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  if (protocol !== undefined && protocol !== "http/protobuf") {
    warn("no traces: OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, which every collector takes (port 4318)");
    return undefined;
  }
  const loaded = await importPackages(parts);
  if (typeof loaded === "string") {
    warn(loaded);
    return undefined;
  }
  shareVariables(env);
  return start(loaded, parts, warn);
}

function isWanted(env: OtelVariables): boolean {
  if (env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  if (env["OTEL_TRACES_EXPORTER"] === "none") return false;
  const names = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  return names.some((name) => env[name] !== undefined);
}

/** The packages, or the reason why they could not be loaded. */
async function importPackages({ cwd, locate = locatePackage }: TracingParts): Promise<Loaded | string> {
  const found = Object.entries(packages).map(([part, name]) => ({ part, name, at: locate(name, [cwd]) }));
  const broken = found.find(({ at }) => at.kind === "unusable");
  if (broken?.at.kind === "unusable") return `no traces: ${broken.name} ${broken.at.reason}`;
  const missing = found.filter(({ at }) => at.kind === "missing").map(({ name }) => name);
  if (missing.length > 0) {
    const all = Object.values(packages).join(" ");
    return `no traces: OTEL_EXPORTER_OTLP_ENDPOINT is set, but ${missing.join(", ")} cannot be found. Install them beside massgen: npm install ${all}`;
  }
  const modules = found.map(async ({ part, at }) => [part, at.kind === "found" ? await import(at.url) : {}] as const);
  return Object.fromEntries(await Promise.all(modules)) as unknown as Loaded;
}

/** OpenTelemetry reads the process's own variables, and some may stand in a `.env` file. */
function shareVariables(env: OtelVariables): void {
  for (const [name, value] of Object.entries(env)) process.env[name] ??= value;
}

function start(
  { api, sdk, resources, exporter }: Loaded,
  { env, version, redact, typeOf }: TracingParts,
  warn: (message: string) => void,
): ExportedTracing {
  const failed = rarely(warn);
  const tell = (message: string): void => failed(`traces: ${redact(message).slice(0, 300)}`);
  api.diag.setLogger({ error: tell, warn: tell, info() {}, debug() {}, verbose() {} }, api.DiagLogLevel.WARN);
  const own = resources.resourceFromAttributes({ "service.name": "massgen", "service.version": version });
  const sampler = samplerOf(sdk, env, warn);
  const provider = new sdk.TracerProvider({
    resource: own.merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new exporter.OTLPTraceExporter() })],
    ...(sampler && { sampler }),
  });
  const tracer = provider.getTracer("massgen", version, { schemaUrl: "https://opentelemetry.io/schemas/1.41.0" });
  const content = env["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"]?.toLowerCase() === "true";
  return {
    ...createTracing({ api, tracer, version, content, redact, typeOf }),
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, closeMs);
      await Promise.race([provider.shutdown().catch((error: unknown) => tell(String(error))), late.promise]);
      clearTimeout(timer);
    },
  };
}

/** A warning that is given once in a while, though its cause may come with every batch. */
function rarely(warn: (message: string) => void): (message: string) => void {
  let last = -Infinity;
  return (message) => {
    const now = performance.now();
    if (now - last < failureEveryMs) return;
    last = now;
    warn(message);
  };
}
