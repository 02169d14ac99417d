import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeMembers } from "./cut-json.ts";

describe("the whole members of a cut object", () => {
  it.each([
    ['{"a":1,"b":[2,"thr', { a: 1, b: [2] }],
    ['{"agent_id":"agent1","reason":"because it', { agent_id: "agent1" }],
    ['{"agent_id":"agent1"', { agent_id: "agent1" }],
    ['{"agent_id":"agent1', {}],
    ['{"a":{"b":true,"c', { a: { b: true } }],
    ['{"a":12', {}],
    ["{", {}],
    ['Well: {x} and {"a":"b\\"}","c":"', { a: 'b"}' }],
  ])("of %s", (text, members) => {
    expect(wholeMembers(text)).toEqual(members);
  });

  it.each(["", "agent1", '{"a":1}', '{"a":1} and more', '{"a":]', "[1, 2"])("are none in %j", (text) => {
    expect(wholeMembers(text)).toBeUndefined();
  });

  it("are those of the whole object, wherever it is cut", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        const members = wholeMembers(text.slice(0, at % text.length));
        for (const [key, member] of Object.entries(members ?? {})) {
          expect(Object.hasOwn(value, key)).toBe(true);
          if (typeof member !== "object") expect(member).toEqual(JSON.parse(text)[key]);
        }
      }),
    );
  });
});
