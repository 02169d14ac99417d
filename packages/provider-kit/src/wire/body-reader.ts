import type { MassgenError } from "@massgen/core/model";
import type { CallGuard } from "./call-guard.ts";
import type { ByteSource } from "./http-answer.ts";
import { OversizedAnswer } from "./oversized-answer.ts";
import { tailMs, type Waiting } from "./waiting.ts";

/**
 * The most bytes of one body, unpacked: a body that says nothing could otherwise go on as long as its bytes come, and a
 * packed one of 10 MB unpacks to 10 GB. An answer of 64 million characters has room in it, each escaped as `\u0000`.
 */
export const mostRead = 512 * 1024 * 1024;

/** Reads the text of a response, one network read at a time and only when asked. */
export interface BodyReader {
  /**
   * The next piece, or undefined at the end. An answer that is `settling`, or at its `tail`, is whole as far as can be
   * told: a connection that breaks or hangs is its end then.
   * @throws OversizedAnswer after {@link mostRead} bytes
   */
  readonly read: (awaited: Waiting) => Promise<string | undefined>;
  /**
   * Lets the rest run out in the background, for a moment at most. A connection whose body was not read to the end
   * cannot be used again, and many servers end the body a few milliseconds after their last event.
   */
  readonly drain: () => void;
  /** Closes the connection at once, unless everything was read. */
  readonly giveUp: () => void;
}

/**
 * @param broken makes the error for a read that failed on the network
 */
export function createBodyReader(
  body: ByteSource | undefined,
  guard: CallGuard,
  broken: (cause: unknown) => MassgenError,
): BodyReader {
  const decoder = new TextDecoder();
  let readBytes = 0;
  let finished = body === undefined;
  /** The first byte is never late: it says when the answer began. */
  const gatherMs = (awaited: Waiting): number => (readBytes > 0 && awaited === "answer" ? guard.gatherMs : 0);

  return {
    async read(awaited) {
      if (finished || body === undefined) return undefined;
      let bytes: Uint8Array | undefined;
      try {
        bytes = await guard.wait(body.read(gatherMs(awaited)), awaited);
      } catch (cause) {
        const failure = guard.failure();
        if (failure !== undefined) throw failure;
        if (awaited === "answer") throw broken(cause);
        guard.disconnect();
      }
      if (bytes !== undefined) {
        readBytes += bytes.length;
        if (readBytes > mostRead) throw new OversizedAnswer(`${mostRead} bytes`);
        return decoder.decode(bytes, { stream: true });
      }
      finished = true;
      const rest = decoder.decode();
      return rest === "" ? undefined : rest;
    },
    drain() {
      if (finished || body === undefined) return;
      finished = true;
      const timer = setTimeout(() => guard.disconnect(), tailMs).unref();
      const readOn = async (): Promise<void> => {
        while ((await body.read()) !== undefined);
      };
      readOn()
        .catch(() => undefined)
        .finally(() => clearTimeout(timer));
    },
    giveUp() {
      if (!finished) body?.cancel();
      finished = true;
    },
  };
}
