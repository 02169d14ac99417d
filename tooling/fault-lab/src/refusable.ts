/** Something in a request that a service may refuse. */
export type Refusable = "temperature" | "forced choice";

type Body = Readonly<Record<string, unknown>>;

function objectIn(value: unknown): Body | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
}

/** What of it a request holds, wherever its wire puts it. */
export function refusablesIn(body: Body): ReadonlySet<Refusable> {
  const config = objectIn(body["generationConfig"]) ?? {};
  const choice = body["tool_choice"] ?? objectIn(objectIn(body["toolConfig"])?.["functionCallingConfig"])?.["mode"];
  const kind = objectIn(choice)?.["type"] ?? choice;
  return new Set<Refusable>([
    ...((body["temperature"] ?? config["temperature"]) === undefined ? [] : ["temperature" as const]),
    ...(kind === undefined || ["auto", "AUTO", "none"].some((word) => word === kind) ? [] : ["forced choice" as const]),
  ]);
}
