export interface RunTimes {
  /** To the first byte of the body. */
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** One streamed run through the server, read to its end. */
export async function servedRun(serverUrl: string): Promise<RunTimes> {
  const startedMs = performance.now();
  const response = await fetch(`${serverUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Why is the sky blue?" }] }),
  });
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  let firstByteMs: number | undefined;
  let tail = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    firstByteMs ??= performance.now() - startedMs;
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-200);
  }
  if (!tail.includes('"finish_reason":"stop"') && !tail.endsWith("data: [DONE]\n\n")) {
    throw new Error(`a run did not end well: ...${tail}`);
  }
  return { firstByteMs: firstByteMs ?? Infinity, totalMs: performance.now() - startedMs };
}
