import { describe, expect, test } from "vitest";
import { problemOf, runOf } from "../../../test/asked.ts";

function asking(image_url: object): object {
  return { messages: [{ role: "user", content: [{ type: "image_url", image_url }] }] };
}

describe("passed on as they came", () => {
  test.each([
    "https://example.com/a.png?x=1#y",
    "HTTP://127.0.0.1:1/a",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:image/svg+xml;charset=utf-8;base64,AA==",
    "data:image/x-icon;base64,a+/9",
  ])("%s", (url) => {
    expect(runOf(asking({ url, detail: null })).messages[0]?.content).toEqual([{ type: "image", url }]);
  });
});

describe("refused", () => {
  test.each([
    "",
    "cat.png",
    "file:///etc/passwd",
    "ftp://example.com/a.png",
    "javascript:alert(1)",
    "https://",
    "https://exa mple.com",
    "data:,x",
    "data:image/png,abc",
    "data:image/png;base64",
    "data:image/png;base64,",
    "data:image/png;base64,a b",
    "data:image/png;base64,====",
    "data:image/png;base64,AA=A",
    "data:text/html;base64,AAAA",
    "data:application/pdf;base64,AAAA",
    "data:image/;base64,AAAA",
    `data:image/${"x".repeat(300)};base64,AAAA`,
  ])("%j", (url) => {
    const found = problemOf(asking({ url }));
    expect(found).toMatchObject({ param: "messages[0].content[0].image_url.url", code: "invalid_value" });
    expect(found.message.length).toBeLessThan(300);
  });

  test("a detail that is none, an address that is missing", () => {
    const param = "messages[0].content[0].image_url";
    expect(problemOf(asking({ url: "https://example.com", detail: "huge" }))).toMatchObject({
      param: `${param}.detail`,
    });
    expect(problemOf(asking({}))).toMatchObject({ param: `${param}.url`, code: "missing_required_parameter" });
  });
});

test("ten megabytes are read to their end", () => {
  const url = `data:image/png;base64,${"A".repeat(10_000_000)}`;
  expect(runOf(asking({ url })).messages).toHaveLength(1);
  expect(problemOf(asking({ url: `${url}!` }))).toMatchObject({ status: 400 });
});
