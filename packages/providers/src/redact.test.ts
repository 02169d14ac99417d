import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "./redact.ts";

test.each([
  ["Incorrect API key provided: sk-proj-****abcd.", "Incorrect API key provided: [redacted]"],
  ["AIzaSyA-1234", "[redacted]"],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
  ["https://h/x?key=abc&alt=sse", "https://h/x?key=[redacted]&alt=sse"],
  ['{"api_key":"abc"}', '{"api_key":"[redacted]"}'],
  ["x-goog-api-key: theodora", "x-goog-api-key: [redacted]"],
  ["a.backend.api_key: the variable K is not set", "a.backend.api_key: the variable K is not set"],
  ["a.backend.api_key: must be a string", "a.backend.api_key: must be a string"],
  ["a risk-averse task", "a risk-averse task"],
  ["monkey business", "monkey business"],
])("shapes: %s", (text, redacted) => expect(createRedactor().redact(text)).toBe(redacted));

test("known secrets, also added later, as written and as they are escaped", () => {
  const redactor = createRedactor(["abc/def=="]);
  redactor.add("abc/def==ghi");
  expect(redactor.redact("<abc/def==> <abc%2Fdef%3D%3D> <abc/def==ghi>")).toBe(
    "<[redacted]> <[redacted]> <[redacted]>",
  );
});

test("short values, numbers, dates, versions, plain words and names are no secrets", () => {
  const values = [
    "no",
    "",
    "seven-7",
    "12345678",
    "1.25e-300",
    "2024-10-21",
    "2024-10-21-preview",
    "v10.20.30.40",
    "anything",
  ];
  const redactor = createRedactor([...values, "gpt-4o-mini"]);
  redactor.know(["GPT-4o-mini"]);
  const text = [...values, "gpt-4o-mini"].join(" ");
  expect(redactor.redact(text)).toBe(text);
});

const key = "k3y+with/odd=chars.and$regex*(x)";
const hex = (text: string): string => Buffer.from(text).toString("hex");
const bytes = (text: string, write: (code: string) => string): string =>
  [...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("");

test.each([
  ["as is", key],
  ["in capitals", key.toUpperCase()],
  ["percent", encodeURIComponent(key)],
  ["percent, small letters", encodeURIComponent(key).toLowerCase()],
  ["percent, every byte", bytes(key, (byte) => `%${byte}`)],
  ["percent, twice", encodeURIComponent(encodeURIComponent(key))],
  ["JSON with escaped slashes", key.replaceAll("/", "\\/")],
  ["JSON in code points", bytes(key, (byte) => `\\u00${byte}`)],
  ["JSON in JSON", JSON.stringify(JSON.stringify(`/${key}`.replaceAll("/", "\\/")))],
  ["JavaScript", bytes(key, (byte) => `\\x${byte}`)],
  ["JavaScript, braces", bytes(key, (byte) => `\\u{${byte}}`)],
  ["HTML, decimal", key.replaceAll("+", "&#43;").replaceAll("/", "&#047;")],
  ["HTML, hex", bytes(key, (byte) => `&#x${byte.toUpperCase()};`)],
  [
    "HTML, names",
    key.replaceAll("+", "&plus;").replaceAll("/", "&sol;").replaceAll("=", "&equals;").replaceAll("$", "&dollar;"),
  ],
  ["HTML in a percent-encoded query", encodeURIComponent(key.replaceAll("+", "&#43;"))],
  ["base64", Buffer.from(key).toString("base64")],
  ["base64url", Buffer.from(key).toString("base64url")],
  ["base64 behind one byte", Buffer.from(`:${key}`).toString("base64")],
  ["base64 behind two bytes", Buffer.from(`u:${key}`).toString("base64")],
  ["base64 of Bearer", Buffer.from(`Bearer ${key}`).toString("base64")],
  ["base64 before something", Buffer.from(`${key}, and more`).toString("base64")],
  ["base64 in a query", encodeURIComponent(Buffer.from(`user:${key}`).toString("base64"))],
  ["hex", hex(key)],
  ["hex in capitals", hex(key).toUpperCase()],
  ["hex, bytes apart", bytes(key, (byte) => ` ${byte}`).trim()],
  [
    "hex, bytes by colons",
    bytes(key, (byte) => `:${byte}`)
      .slice(1)
      .toUpperCase(),
  ],
  ["hex, bytes by dashes", hex(key).match(/../g)?.join("-").toUpperCase() ?? ""],
  ["hex, bytes by commas", hex(key).match(/../g)?.join(", ") ?? ""],
  ["the bytes of a Buffer in JSON", [...Buffer.from(key)].join(",")],
  ["a list of bytes", [...Buffer.from(key)].join(", ")],
  ["octal", Array.from(key, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`).join("")],
  ["percent, four digits", bytes(key, (byte) => `%u00${byte}`)],
  ["coloured in part", `${key.slice(0, 9)}\u001B[1;31m${key.slice(9, 12)}\u001B[0m${key.slice(12)}`],
  ["masked by bullets", `${key.slice(0, 4)}\u2022\u2022\u2022${key.slice(-4)}`],
  ["regular expression", key.replace(/[$*().+]/g, String.raw`\$&`)],
  ["full width", Array.from(key, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join("")],
  ["zero width between", key.split("").join("\u200B")],
  ["line end inside", `${key.slice(0, 16)}\r\n${key.slice(16)}`],
  ["without its first character", key.slice(1)],
  ["without its last characters", key.slice(0, -4)],
  ["masked in the middle", `${key.slice(0, 8)}****${key.slice(-8)}`],
  ["masked by dots", `${key.slice(0, 4)}...${key.slice(-4)}`],
])("a secret goes, spelled %s", (_, spelled) => {
  const { redact } = createRedactor([key]);
  const [before = "", after = ""] = redact(`The key is <${spelled}> here.`).split("[redacted]");
  // Of base64 and of quotation marks the characters stay that belong to what stands beside the secret.
  expect(before).toMatch(/^The key is <[\w"\\/]{0,10}$/);
  expect(after).toMatch(/^[\w"\\/=%]{0,24}> here\.$/);
});

test("every character may be spelled in a way of its own", () => {
  const ways: readonly ((char: string) => string)[] = [
    (char) => char,
    (char) => char.toUpperCase(),
    (char) => bytes(char, (byte) => `%${byte}`),
    (char) => `&#${char.charCodeAt(0)};`,
    (char) => `&#X${char.charCodeAt(0).toString(16)};`,
    (char) => `\\u00${char.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
    (char) => (/\W/.test(char) ? `\\${char}` : char),
  ];
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 9,
    maxLength: 40,
  });
  fc.assert(
    fc.property(printable, fc.infiniteStream(fc.constantFrom(...ways)), (secret, stream) => {
      // One that holds escapes itself has other readings.
      fc.pre(!/[%&\\]/.test(secret) && createRedactor([secret]).redact(`<${secret}>`) !== `<${secret}>`);
      const spelled = Array.from(secret, (char) => stream.next().value?.(char) ?? char).join("");
      expect(createRedactor([secret]).redactKnown(` ${spelled} `)).toBe(" [redacted] ");
    }),
  );
});

test("secrets that hold escapes, blanks, or letters of other alphabets", () => {
  const secrets = ["a%2Fb%2Fc%2Fd", "tom&amp;jerry", String.raw`back\slash\n1`, "two words 2", "schlüssel-ä-1"];
  const { redactKnown } = createRedactor(secrets);
  for (const secret of secrets) {
    expect(redactKnown(`<${secret}>`)).toBe("<[redacted]>");
    expect(redactKnown(`<${encodeURIComponent(secret)}>`)).toBe("<[redacted]>");
    expect(redactKnown(JSON.stringify([secret]))).toBe('["[redacted]"]');
  }
  expect(redactKnown("two+words+2 SCHLÜSSEL-Ä-1")).toBe("[redacted] [redacted]");
});

test("what a cut left of a secret at the end of a text goes as well, in any spelling", () => {
  const { redact } = createRedactor([key]);
  for (let length = 8; length < key.length; length += 1) {
    expect(redact(`it is ${key.slice(0, length)}`)).toBe("it is [redacted]");
  }
  const percent = bytes(key, (byte) => `%${byte}`);
  for (let length = 24; length < percent.length; length += 1) {
    expect(redact(`it is ${percent.slice(0, length)}`)).toBe("it is [redacted]");
  }
  expect(redact("it is k3y+wit")).toBe("it is k3y+wit");
});

test("many secrets, many of them in one text, and secrets of any length", () => {
  const secrets = Array.from({ length: 500 }, (_, i) => `sk.proj.${i}.abcdefghijklmnop`);
  const { redact } = createRedactor([...secrets, "long-".repeat(2000)]);
  expect(redact(secrets.join(" "))).toBe(secrets.map(() => "[redacted]").join(" "));
  expect(redact(`${secrets[0]} `.repeat(200_000)).replaceAll("[redacted] ", "")).toBe("");
  expect(redact(`<${"long-".repeat(2000)}>`)).toBe("<[redacted]>");
});

test("what is forgotten is forgotten by when it was added last", () => {
  const redactor = createRedactor(["key-of-before-1"]);
  redactor.forget(60_000);
  expect(redactor.redact("key-of-before-1")).toBe("[redacted]");
  redactor.forget(0);
  redactor.add("key-of-today-1");
  expect(redactor.redact("key-of-before-1 key-of-today-1")).toBe("key-of-before-1 [redacted]");
});

test("a text that was looked through before is looked through again for secrets that came later", () => {
  const redactor = createRedactor(["key-of-before-1"]);
  expect(redactor.redact("it is key-of-today-1")).toBe("it is key-of-today-1");
  redactor.add("key-of-today-1");
  expect(redactor.redact("it is key-of-today-1")).toBe("it is [redacted]");
  redactor.know(["key-of-today-1"]);
  expect(redactor.redactKnown("it is key-of-today-1")).toBe("it is key-of-today-1");
});

test("of more short texts than are remembered none is taken for another", () => {
  const { redactKnown } = createRedactor(["key-of-today-1"]);
  for (const _ of [1, 2])
    for (let n = 0; n < 3000; n += 1) expect(redactKnown(`${n} key-of-today-1`)).toBe(`${n} [redacted]`);
});
