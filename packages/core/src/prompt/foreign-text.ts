import { fold } from "../coordination/folded-text.ts";

const maxChars = 100_000;

const sep = "[^a-z0-9<>]{0,40}";
const digit = String.raw`(?:\d|[lio|]{1,9}(?![a-z])|(?:one|two|three|four|five|six|seven|eight|nine|ten)(?![a-z]))`;

/** Finds our tags in a folded text, whatever their case, spacing and punctuation: matches a `<` by what follows it. */
const tag = new RegExp(
  String.raw`<(?=[\s*_"'\x60\\]{0,4}(?:/[\s*_"'\x60]{0,4})?(?:agent${sep}(?:(?:[a-z]{1,12}\s?[=:.]|no)${sep})?${digit}|current${sep}answer))`,
  "gi",
);

/**
 * Words in angle brackets that mark turns, roles, tools and reasoning in chat templates: Llama, Qwen, Gemma, GLM,
 * Command, Seed, Nemotron, InternLM, Baichuan and others. A tokenizer that meets one inside a message ends the message
 * there.
 */
const endWords = String.raw`/?s|bos|eos|eod|pad|unk|sep|cls|mask|sop|eop|eot|eoh|eoa|escape|(?:bos|eos|pad|unk)_token`;
const turnWords = String.raw`(?:start|end|begin|beginning)_of_\w{1,20}|(?:start|end)_function_\w{1,20}|fim_\w{1,12}|/?seed:\w{1,20}`;
const roleWords = String.raw`/?longcat_\w{1,20}|role>(?:human|system|assistant|observation)</role|用户|AI|[BC]_[A-Z]{1,6}`;
const toolWords = String.raw`/?(?:\w{1,20}:)?tool_(?:call|response|result|output|declare|sep)s?|/?function_calls?|/?think(?:ing)?`;
const spareWords = String.raw`(?:extra(?:_id)?|special|reserved)_\d{1,4}|unused\d{1,4}|mask:\d|_(?:start|end|user|bot|system|pad)`;
/** Image placeholders of llama.cpp, Gemma and InternVL: a prompt with more of them than images is refused. */
const mediaWords = String.raw`__\w{1,20}__|(?:image|audio)_soft_token|IMG_CONTEXT`;

/** The same for templates with square brackets: Mistral, GLM and BERT's relatives. */
const squareToolWords = String.raw`/?INST|/?AVAILABLE_TOOLS|/?TOOL_(?:CALLS|RESULTS|CONTENT)|/?SYSTEM_PROMPT|/?MODEL_SETTINGS|/?THINK`;
const squareOtherWords = String.raw`ARGS|CALL_ID|IMG(?:_BREAK|_END)?|(?:BEGIN_)?AUDIO|MIDDLE|PREFIX|SUFFIX|[gs]?MASK|CLS|SEP|BOS|EOS|UNK|PAD`;
const squareSpareWords = String.raw`unused\d{1,4}|UNUSED_TOKEN_\d{1,4}|control_\d{1,4}`;

/** Turns of the first Claude models. The blank goes before the word, since any number of line ends may come first. */
const speaker = /(?<=\n\n|^\n)(?:human|assistant|system):/gi;

const templateMarks: readonly RegExp[] = [
  // <|im_start|>, DeepSeek's full-width ones (folded), <|turn>, <turn|>
  /<(?=\|[^<>\n]{1,80}>)/g,
  /<(?=[\w/:-]{1,60}\|>)/g,
  new RegExp(`<(?=(?:${endWords}|${turnWords}|${roleWords}|${toolWords}|${spareWords}|${mediaWords})>)`, "gi"),
  /<(?=<\/?sys>>)/gi,
  new RegExp(String.raw`\[(?=(?:${squareToolWords}|${squareOtherWords}|${squareSpareWords})\])`, "g"),
  // EXAONE's [|user|], MiniMax's ]~b] and ]<]minimax[>[
  /\[(?=\|[\w ]{1,40}\|\])/g,
  /\](?=~!?b[[\]]|[!~][pd]~\[|<\][\w-]{1,30}\[>\[)|\[(?=e~\[)/g,
  // RedPajama's <human>: and <bot>:
  /<(?=(?:human|bot)>:)/g,
  // models tuned on Alpaca's format
  /#(?=## ?(?:instruction|response|human|assistant|user|system):)/gi,
];

/** Whether a text may contain anything that {@link disarm} changes; most cannot. */
const suspicious = /[<[\]#]|(?:human|assistant|system):|[^\t\r\n -~]/i;

/**
 * Makes foreign text safe to show to a model: it can open or close neither our tags nor a turn of a chat template.
 *
 * Where something reads like one of our tags, also with invisible characters or letters of other alphabets, its `<`
 * becomes `&lt;`. Chat template marks are broken by a blank after their first character. Tag characters (U+E0000 to
 * U+E007F), which people do not see but models read, are removed unless they belong to a flag. Everything else stays as
 * written.
 *
 * Takes time that grows with the length of the text: cut a long one first, see {@link shown}.
 */
export function disarm(text: string): string {
  if (!suspicious.test(text)) return text;
  const source = withoutTagCharacters(text);
  const { text: folded, sourceIndex } = fold(source);
  const found = new Map<number, "tag" | "template" | "speaker">();
  for (const { index } of folded.matchAll(speaker)) found.set(sourceIndex(index), "speaker");
  for (const mark of templateMarks)
    for (const { index } of folded.matchAll(mark)) found.set(sourceIndex(index), "template");
  for (const { index } of folded.matchAll(tag)) found.set(sourceIndex(index), "tag");
  let shown = "";
  let done = 0;
  for (const [start, kind] of [...found].sort(([a], [b]) => a - b)) {
    const first = kind === "speaker" ? "" : String.fromCodePoint(source.codePointAt(start) as number);
    shown += `${source.slice(done, start)}${kind === "tag" ? "&lt;" : `${first} `}`;
    done = start + first.length;
  }
  return shown + source.slice(done);
}

/**
 * The flags of England, Scotland and Wales: a black flag, then `gbeng`, `gbsct` or `gbwls` and a terminator in tag
 * characters. Other letters after a black flag are invisible text.
 */
const flagOrTag =
  /(\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f})|[\u{e0000}-\u{e007f}]/gu;

function withoutTagCharacters(text: string): string {
  return text.replace(flagOrTag, (_, flag: string | undefined) => flag ?? "");
}

/** Removes the middle of a text of more than 100,000 characters. */
export function shorten(text: string): string {
  return withoutMiddle(text, "", maxChars, (part) => part);
}

/**
 * Foreign text as a model sees it: {@link shorten}ed, then {@link disarm}ed.
 *
 * @param mark ends the note in place of the middle, so that it cannot be forged: `k=ABCDEFGHIJ`
 * @param most the most characters to keep, if that is less than 100,000
 */
export function shown(text: string, mark?: string, most = maxChars): string {
  return withoutMiddle(text, mark === undefined ? "" : ` ${mark}`, Math.min(most, maxChars), disarm);
}

function withoutMiddle(text: string, mark: string, most: number, show: (part: string) => string): string {
  if (text.length <= most) return show(text);
  const half = Math.floor(most / 2);
  // Some providers refuse a text cut between the halves of a character as malformed.
  const [head, tail] = [text.slice(0, half).toWellFormed(), text.slice(-half).toWellFormed()];
  return `${show(head)}\n[... ${text.length - 2 * half} characters left out here ...${mark}]\n${show(tail)}`;
}
