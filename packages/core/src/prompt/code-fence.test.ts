import { describe, expect, it } from "vitest";
import { onlyFence, withoutFence } from "./code-fence.ts";

describe("the only fence of a text", () => {
  it.each([
    ["Here:\n```json\n{}\n```\nDone.", "{}"],
    ["```\na\n\nb\n```", "a\n\nb"],
    ["x\r\n```JSON \r\n{}\r\n  ```\r\ny", "{}"],
    ["```\n```json\n{}\n```", "```json\n{}"],
    ["```\n{}\n``` trailing\n```", "{}\n``` trailing"],
  ])("of %j is %j", (text, inside) => {
    expect(onlyFence(text)).toBe(inside);
  });

  it.each(["no fence", "```\nopen", "```\na\n```\n```\nb\n```", "a ``` b\n```", "```json {}\n```"])(
    "%j has none",
    (text) => {
      expect(onlyFence(text)).toBeUndefined();
    },
  );
});

describe("a text without the fence around it", () => {
  it.each([
    ["```json\n{}\n```", "{}"],
    [" ```{}``` ", "{}"],
    ["{} ", "{}"],
    ["``````", ""],
    ["```", "```"],
    [`\`\`\`${"a".repeat(60)} {}\`\`\``, `${"a".repeat(60)} {}`],
  ])("%j is %j", (text, inside) => {
    expect(withoutFence(text)).toBe(inside);
  });
});
