import { streaming } from "./behaviour.ts";
import type { Reply } from "./reply.ts";
import { framed } from "./wire/wire.ts";
import { wires, type WireName } from "./wire/wires.ts";

/**
 * A recorded answer as it went over the wire: what was kept as one payload in each line of a `.chunks.txt` gets its
 * framing back.
 */
export function recordedStream(wireName: WireName, file: string, text: string): string {
  if (!file.endsWith(".chunks.txt")) return text;
  const named = wireName === "claude" || wireName === "responses";
  const lines = text.split("\n").filter((line) => line !== "");
  const events = lines.map((data) => {
    const { type } = named ? (JSON.parse(data) as { readonly type: string }) : { type: undefined };
    return framed(wires[wireName], { data, ...(type !== undefined && { event: type }) });
  });
  return events.join("") + (wireName === "openai" ? framed(wires.openai, { data: "[DONE]" }) : "");
}

/** Sends a recorded answer in writes of so many bytes, wherever these fall. */
export function replayed(stream: string, pieceBytes: number): Reply {
  const bytes = Buffer.from(stream);
  const count = Math.ceil(bytes.length / pieceBytes);
  return streaming(
    Array.from({ length: count }, (_, n) => [
      { type: "send", bytes: bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes) } as const,
      { type: "wait", ms: 0 } as const,
    ]).flat(),
  );
}
