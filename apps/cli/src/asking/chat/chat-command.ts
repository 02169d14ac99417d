/** What was typed at the prompt of `massgen chat`. */
export type Typed =
  | { readonly kind: "nothing" }
  | { readonly kind: "question"; readonly text: string }
  | { readonly kind: "command"; readonly name: ChatCommand; readonly rest: string }
  | { readonly kind: "unknown"; readonly name: string };

/** The commands, with what `/help` says of them in 60 columns. */
const chatCommands = [
  { name: "team", usage: "/team [NAME]", help: "its models; with a name: ask that team" },
  { name: "show", usage: "/show", help: "the last run in full" },
  { name: "save", usage: "/save FILE", help: "write all into a new file, .md or .json" },
  { name: "new", usage: "/new", help: "begin a new conversation" },
  { name: "help", usage: "/help", help: "this list" },
  { name: "quit", usage: "/quit", help: "leave; so does Ctrl-D" },
] as const;

type ChatCommand = (typeof chatCommands)[number]["name"];

/** The most characters of an unknown command that are shown again. */
const mostShown = 40;

/** A line that begins with a slash is a command. One that begins with a blank is a question in any case. */
export function readTyped(line: string): Typed {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (!line.startsWith("/")) return { kind: "question", text };
  const [word = ""] = text.slice(1).split(/\s/, 1);
  const command = chatCommands.find(({ name }) => name === word.toLowerCase());
  if (command === undefined) return { kind: "unknown", name: `/${word.slice(0, mostShown)}` };
  return { kind: "command", name: command.name, rest: text.slice(1 + word.length).trim() };
}

/** What `/help` shows. */
export function helpLines(): readonly string[] {
  const width = Math.max(...chatCommands.map(({ usage }) => usage.length));
  return [
    ...chatCommands.map(({ usage, help }) => `  ${usage.padEnd(width)}  ${help}`),
    "",
    "While the team works, Ctrl-C asks for the answer now,",
    "and a second one stops it. Lines that are pasted together",
    "are one question; if it begins with a slash, put a blank",
    "before it.",
  ];
}

/** Commands that a line may be the beginning of, for the tab key. */
export function completions(line: string): readonly string[] {
  return line.startsWith("/") ? chatCommands.map(({ name }) => `/${name}`).filter((each) => each.startsWith(line)) : [];
}
