import { createInterface } from "node:readline";
import { completions } from "./chat-command.ts";

/** Lines that come within this many milliseconds were pasted together. */
const pasteMs = 40;
const mostHistory = 500;

/** Reads what is typed, with the earlier lines on the arrow keys. */
export interface Prompt {
  /** What was typed next; undefined when the user leaves. Lines that were pasted together come as one text. */
  readonly ask: () => Promise<string | undefined>;
}

export function createPrompt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  { mark, leaveHint }: { readonly mark: string; readonly leaveHint: string },
): Prompt {
  let history: string[] = [];
  return {
    ask: () =>
      new Promise((resolve) => {
        // One for each question: meanwhile the keys belong to the board.
        const reader = createInterface({
          input,
          output,
          prompt: mark,
          history: [...history],
          historySize: mostHistory,
          removeHistoryDuplicates: true,
          completer: (line: string) => [completions(line), line],
        });
        const lines: string[] = [];
        let timer: NodeJS.Timeout | undefined;
        let interrupted = false;
        let over = false;
        const end = (text: string | undefined): void => {
          over = true;
          clearTimeout(timer);
          reader.close();
          resolve(text);
        };
        reader.on("history", (kept) => (history = kept));
        reader.on("line", (line) => {
          lines.push(line);
          clearTimeout(timer);
          // The rest of a pasted text that has no end of line yet is still being edited.
          timer = setTimeout(() => reader.line === "" && end(lines.join("\n")), pasteMs);
        });
        reader.on("SIGINT", () => {
          if (reader.line !== "" || lines.length > 0) {
            lines.length = 0;
            interrupted = false;
            reader.write(null, { ctrl: true, name: "e" });
            reader.write(null, { ctrl: true, name: "u" });
            return;
          }
          if (interrupted) {
            output.write("\n");
            end(undefined);
            return;
          }
          interrupted = true;
          output.write(`\n${leaveHint}\n`);
          reader.prompt();
        });
        // After Ctrl-Z and fg it has paused, and goes on only when it is told to.
        reader.on("SIGCONT", () => reader.prompt(true));
        reader.once("close", () => {
          if (over) return;
          output.write("\n");
          end(undefined);
        });
        reader.prompt();
      }),
  };
}
