const bodyBytes = 19.9 * 1024 * 1024;
const question = '"messages":[{"role":"user","content":"Hi"}]';

/** Repeats a unit until the body has its size. */
function filled(head: string, unit: string, tail: string): string {
  return (
    head +
    Array(Math.floor((bodyBytes - head.length - tail.length) / (unit.length + 1)))
      .fill(unit)
      .join(",") +
    tail
  );
}

function fields(count: number): string {
  return Array.from({ length: count }, (_, i) => `"k${i}":"1"`).join(",");
}

function schemaRequest(schema: object): (n: number) => string {
  // No two alike: what the server remembers of one does not help it with the next.
  return (n) =>
    JSON.stringify({
      messages: [{ role: "user", content: "Hi" }],
      response_format: { type: "json_schema", json_schema: { name: "x", schema: { title: `t${n}`, ...schema } } },
    });
}

function properties(count: number, entry: object): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, entry]));
}

function doubling(levels: number): object {
  const level = (i: number): object => ({ anyOf: [{ $ref: `#/$defs/d${i}` }, { $ref: `#/$defs/d${i}` }] });
  const $defs = Object.fromEntries(Array.from({ length: levels }, (_, i) => [`d${i}`, level(i + 1)]));
  return { ...level(0), $defs: { ...$defs, [`d${levels}`]: { type: "string" } } };
}

function nested(levels: number): object {
  let schema: object = {};
  for (let i = 0; i < levels; i++) schema = { properties: { a: schema } };
  return schema;
}

const bomb = '^(([a-z ,.A-Z0-9{}":])+)+#$';

/** The worst requests known for a server's structures, parsers and checks. Each makes the body of its nth request. */
export const hostileRequests: ReadonlyMap<string, (n: number) => string> = new Map([
  ...Object.entries({
    "numbers, 20 MB": filled('{"x":[', "1", "]}"),
    "lists, 9 million deep": `{"x":${"[".repeat(9e6)}${"]".repeat(9e6)}}`,
    "objects, 3 million deep": `{"x":${'{"a":'.repeat(3e6)}1${"}".repeat(3e6)}}`,
    "empty messages, 20 MB": filled('{"messages":[', "{}", "]}"),
    "text parts, 20 MB": filled('{"messages":[{"role":"user","content":[', '{"type":"text","text":""}', "]}]}"),
    "1.4 million fields of metadata": `{${question},"metadata":{${fields(1_400_000)}}}`,
    "1.4 million unknown fields": `{${question},${fields(1_400_000)}}`,
    "20,000 fields of metadata": `{${question},"metadata":{${fields(19_900)}}}`,
    "33,000 messages": `{"messages":[${Array(33_000).fill('{"role":"user","content":"a"}').join(",")}]}`,
    "escapes, 20 MB, refused for its model": `{${question},"model":"${String.raw`\u2028`.repeat(3_300_000)}"}`,
    "line feeds, 20 MB, refused for its model": `{${question},"model":"${String.raw`\n`.repeat(9_900_000)}"}`,
    "name of 20 MB": `{${question},"${"k".repeat(bodyBytes - 100)}":1}`,
    "no JSON, 20 MB": `{${question},"x":"${"x".repeat(bodyBytes - 100)}`,
  }).map(([name, body]): [string, () => string] => [name, () => body]),
  ["schema of 1,500 properties", schemaRequest({ type: "object", properties: properties(1500, { type: "string" }) })],
  ["schema of 3,000 properties", schemaRequest({ type: "object", properties: properties(3000, { type: "string" }) })],
  ["schema of 3,000 patterns", schemaRequest({ patternProperties: properties(3000, { type: "string" }) })],
  ["schema that doubles at every step", schemaRequest(doubling(40))],
  ["schema with a pattern without end", schemaRequest({ additionalProperties: { pattern: bomb }, pattern: bomb })],
  ["schema, 98 levels deep", schemaRequest(nested(49))],
  ["schema of 100,000 characters", schemaRequest({ enum: Array.from({ length: 14_000 }, (_, i) => `v${i}`) })],
  [
    "schema whose references go round in circles",
    schemaRequest({ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } }),
  ],
]);
