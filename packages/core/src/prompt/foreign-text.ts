import { fold } from "../coordination/folded-text.ts";

const maxChars = 100_000;

const sep = "[^a-z0-9<>]{0,40}";
const digit = String.raw`(?:\d|[lio|]{1,9}(?![a-z])|(?:one|two|three|four|five|six|seven|eight|nine|ten)(?![a-z]))`;

/** A tag of ours in a folded text, whatever its case, spacing and punctuation: what follows its `<`. */
const tag = new RegExp(
  String.raw`<(?=[\s*_"'\x60\\]{0,4}(?:/[\s*_"'\x60]{0,4})?(?:agent${sep}(?:(?:[a-z]{1,12}\s?[=:.]|no)${sep})?${digit}|current${sep}answer))`,
  "gi",
);

/**
 * Words between angle brackets by which chat templates set turns, roles, tools and thought apart: Llama, Qwen, Gemma,
 * GLM, Command, Seed, Nemotron, InternLM, Baichuan and others. A tokenizer that reads one in a message ends the message
 * there.
 */
const endWords = String.raw`/?s|bos|eos|eod|pad|unk|sep|cls|mask|sop|eop|eot|eoh|eoa|escape|(?:bos|eos|pad|unk)_token`;
const turnWords = String.raw`(?:start|end|begin|beginning)_of_\w{1,20}|(?:start|end)_function_\w{1,20}|fim_\w{1,12}|/?seed:\w{1,20}`;
const roleWords = String.raw`/?longcat_\w{1,20}|role>(?:human|system|assistant|observation)</role|用户|AI|[BC]_[A-Z]{1,6}`;
const toolWords = String.raw`/?(?:\w{1,20}:)?tool_(?:call|response|result|output|declare|sep)s?|/?function_calls?|/?think(?:ing)?`;
const spareWords = String.raw`(?:extra(?:_id)?|special|reserved)_\d{1,4}|unused\d{1,4}|mask:\d|_(?:start|end|user|bot|system|pad)`;
/** Where llama.cpp, Gemma and InternVL put an image: a prompt with more marks than images is refused. */
const mediaWords = String.raw`__\w{1,20}__|(?:image|audio)_soft_token|IMG_CONTEXT`;

/** The same of the templates that use square brackets: Mistral, GLM, BERT's kin. */
const squareToolWords = String.raw`/?INST|/?AVAILABLE_TOOLS|/?TOOL_(?:CALLS|RESULTS|CONTENT)|/?SYSTEM_PROMPT|/?MODEL_SETTINGS|/?THINK`;
const squareOtherWords = String.raw`ARGS|CALL_ID|IMG(?:_BREAK|_END)?|(?:BEGIN_)?AUDIO|MIDDLE|PREFIX|SUFFIX|[gs]?MASK|CLS|SEP|BOS|EOS|UNK|PAD`;
const squareSpareWords = String.raw`unused\d{1,4}|UNUSED_TOKEN_\d{1,4}|control_\d{1,4}`;

/**
 * The turns of Claude's first models: the blank goes before the word, since any number of line ends may stand there.
 */
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
  // models tuned in Alpaca's manner
  /#(?=## ?(?:instruction|response|human|assistant|user|system):)/gi,
];

/** Whether a text can hold anything that {@link disarm} would find; most cannot. */
const suspicious = /[<[\]#]|(?:human|assistant|system):|[^\t\r\n -~]/i;

/**
 * A text of a stranger as it is shown to a model: it opens or closes no tag of ours and no turn of a chat template.
 *
 * Where something reads as a tag of ours, also with invisible characters in it or letters of other alphabets, its `<`
 * becomes `&lt;`; the marks of chat templates are broken by a blank behind their first character. Tag characters
 * (U+E0000 to U+E007F), which nobody sees and models read, go unless they belong to a flag. All else stays as it was
 * written.
 *
 * Takes time that grows with the text's length: a long one is to be cut first, see {@link shown}.
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
 * The flags of England, Scotland and Wales: a black flag, `gbeng`, `gbsct` or `gbwls`, and a terminator, all of them
 * tag characters but the first. Other letters behind a black flag are text that nobody sees.
 */
const flagOrTag =
  /(\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f})|[\u{e0000}-\u{e007f}]/gu;

function withoutTagCharacters(text: string): string {
  return text.replace(flagOrTag, (_, flag: string | undefined) => flag ?? "");
}

/** A text of more than 100,000 characters without its middle. */
export function shorten(text: string): string {
  return withoutMiddle(text, "", maxChars, (part) => part);
}

/**
 * A text of a stranger as it is shown to a model: {@link shorten}ed, and what is left {@link disarm}ed.
 *
 * @param mark what ends our note in place of the middle, so that it cannot be forged: `k=ABCDEFGHIJ`
 * @param most characters that are kept, where that is less than 100,000
 */
export function shown(text: string, mark?: string, most = maxChars): string {
  return withoutMiddle(text, mark === undefined ? "" : ` ${mark}`, Math.min(most, maxChars), disarm);
}

function withoutMiddle(text: string, mark: string, most: number, show: (part: string) => string): string {
  if (text.length <= most) return show(text);
  const half = Math.floor(most / 2);
  // A cut between the halves of a character would leave what some providers refuse as malformed.
  const [head, tail] = [text.slice(0, half).toWellFormed(), text.slice(-half).toWellFormed()];
  return `${show(head)}\n[... ${text.length - 2 * half} characters left out here ...${mark}]\n${show(tail)}`;
}
