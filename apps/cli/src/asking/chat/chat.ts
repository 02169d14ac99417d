import { MassgenError, type RunRequest } from "@massgen/core";
import type { CliContext } from "../../context.ts";
import { accountOf } from "../../runs/account/account.ts";
import type { ToldRun } from "../../runs/account/told-run.ts";
import { teamLines } from "../../terminal/banner.ts";
import { exitCode, type ExitCode } from "../../terminal/exit-code.ts";
import { plainLine, wrapped } from "../../terminal/plain-text.ts";
import { screenOf } from "../../terminal/screen.ts";
import { type AskedTeams, modelOf } from "../asked-team.ts";
import { endLines, failureLines } from "../end-of-run.ts";
import { interruptionOf } from "../interruption.ts";
import { showDefects } from "../show-defects.ts";
import { toldHere } from "../told-here.ts";
import { watchRun } from "../watch-run.ts";
import { helpLines, readTyped, type Typed } from "./chat-command.ts";
import { type Conversation, saveConversation } from "./conversation.ts";

type Context = CliContext & { readonly canvas: NodeJS.WriteStream };

/** A conversation with a team on a terminal. */
export interface Chat {
  /** Does what was typed. Returns the exit code once the conversation is over. */
  readonly take: (line: string) => Promise<ExitCode | undefined>;
}

export function createChat({ teams, engine, model: first, redact }: AskedTeams, context: Context): Chat {
  let model = first;
  let conversation: Conversation = [];
  let last: ToldRun | undefined;
  const say = (...lines: readonly string[]): void => context.stdout(lines.map((line) => `${line}\n`).join(""));
  const tell = (text: string): void => say(...wrapped(text, screenOf(context).width));

  async function ask(question: string): Promise<ExitCode | undefined> {
    const request: RunRequest = { messages: [...conversation, { role: "user", content: question }] };
    const run = await engine.start({ ...(model !== undefined && { model }), request });
    const interruption = interruptionOf(run, context);
    const stopDefects = showDefects(context, interruption);
    say("");
    const result = await watchRun(run, { context, interruption });
    interruption.stop();
    stopDefects();
    last = toldHere(run, { request, team: model ?? "massgen", redact });
    const screen = screenOf(context);
    say("", ...endLines(result, screen), ...failureLines(result, screen));
    if (result.status === "answered") {
      conversation = [
        ...conversation,
        { role: "user", content: question },
        { role: "assistant", content: result.text },
      ];
    } else if (conversation.length > 0) tell("The conversation goes on without this question.");
    return interruption.code() === exitCode.terminated ? exitCode.terminated : undefined;
  }

  function change(name: string): void {
    if (name === "") {
      say(...teamLines(teams), ...(model === undefined ? [] : [`Asking ${model.replace("massgen/", "")}.`]));
      return;
    }
    const named = teams.teams.some((team) => team.name === name);
    if (name === "default" && !named) model = undefined;
    else if (name.startsWith("agent:")) model = modelOf({ agent: name.slice("agent:".length) }, teams);
    else model = modelOf({ team: name }, teams);
    tell(`Asking ${plainLine(name, 100)} from now on.`);
  }

  async function save(file: string): Promise<void> {
    const shown = plainLine(file, 200);
    if (file === "") tell("Into which file? /save chat.md");
    else if (conversation.length === 0) tell("There is nothing to save yet.");
    else {
      const problem = await saveConversation(conversation, file, context);
      tell(problem === undefined ? `Saved in ${shown}` : `Cannot write ${shown}: ${problem}.`);
    }
  }

  async function obey({ name, rest }: Extract<Typed, { readonly kind: "command" }>): Promise<ExitCode | undefined> {
    switch (name) {
      case "quit":
        return exitCode.ok;
      case "help":
        say(...helpLines());
        return undefined;
      case "team":
        change(rest);
        return undefined;
      case "show":
        if (last === undefined) tell("There is no run to show yet.");
        else say(...accountOf(last, { screen: screenOf(context), mostChars: Infinity }));
        return undefined;
      case "new":
        conversation = [];
        tell("A new conversation.");
        return undefined;
      case "save":
        await save(rest);
        return undefined;
    }
  }

  return {
    async take(line) {
      const typed = readTyped(line);
      try {
        if (typed.kind === "question") return await ask(typed.text);
        if (typed.kind === "command") return await obey(typed);
        if (typed.kind === "unknown") tell(`There is no ${plainLine(typed.name)}. /help lists what there is.`);
      } catch (error) {
        if (!MassgenError.isInstance(error)) throw error;
        tell(plainLine(error.message, 1000));
      }
      return undefined;
    },
  };
}
