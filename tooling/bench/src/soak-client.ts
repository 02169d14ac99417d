import { type Agent, request } from "node:http";

/** How a client of the soak behaves. */
export type Manner = "streamed" | "whole" | "leaves";

/**
 * How its request ended; `broken` is what no server may do: a connection without an answer, or an answer without its
 * end.
 */
export type End = "answered" | "told-of-failure" | "left" | "broken";

/**
 * Asks one question and resolves with what came of it.
 * @param leavesAfterMs when a client leaves that does
 */
export function askInManner(agent: Agent, serverUrl: string, manner: Manner, leavesAfterMs: number): Promise<End> {
  const stream = manner !== "whole";
  const body = JSON.stringify({
    model: "massgen",
    stream,
    messages: [{ role: "user", content: "Why is the sky blue?" }],
  });
  return new Promise((resolve) => {
    const call = request(`${serverUrl}/v1/chat/completions`, {
      agent,
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    });
    const timer = manner === "leaves" ? setTimeout(leave, leavesAfterMs) : undefined;
    function leave(): void {
      resolve("left");
      call.destroy();
    }
    function end(how: End): void {
      clearTimeout(timer);
      resolve(how);
    }
    call.on("error", () => end("broken"));
    call.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
      });
      response.on("error", () => end("broken"));
      response.on("end", () => end(endOf(response.statusCode ?? 0, text, stream)));
    });
    call.end(body);
  });
}

function endOf(status: number, text: string, stream: boolean): End {
  if (status !== 200) return text.startsWith('{"error":') ? "told-of-failure" : "broken";
  if (!stream) return text.includes('"finish_reason":') ? "answered" : "broken";
  if (!text.endsWith("data: [DONE]\n\n")) return "broken";
  if (text.includes('data: {"error":')) return "told-of-failure";
  return /"finish_reason":"/.test(text) ? "answered" : "broken";
}
