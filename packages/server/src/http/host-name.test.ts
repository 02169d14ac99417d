import { expect, test } from "vitest";
import { hostInTarget, hostOf, isLocalName } from "./host-name.ts";

test("hosts are read as browsers read them", () => {
  const read: Record<string, string | undefined> = {
    "LOCALHOST:4000": "localhost",
    "localhost.": "localhost",
    "[::1]:4000": "[::1]",
    "[FE80::1%25eth0]": "[fe80::1]",
    "0x7f.1": "127.0.0.1",
    "2130706433:80": "127.0.0.1",
    "127.0.0.1.": "127.0.0.1",
    "bücher.example": "xn--bcher-kva.example",
    "XN--BCHER-KVA.example.:1": "xn--bcher-kva.example",
    "evil%2ecom": "evil.com",
    "localhost。evil.com": "localhost.evil.com",
    "": undefined,
    "a b": undefined,
    "localhost@evil.com": undefined,
    "localhost#evil.com": undefined,
    "localhost/evil.com": undefined,
    "localhost\\evil.com": undefined,
    "localhost:80:81": undefined,
    "localhost:x": undefined,
    "1.2.3.4.5": undefined,
    "::1": undefined,
    "[::1": undefined,
    "[::1].evil.com": undefined,
    ["a".repeat(100_000)]: undefined,
  };
  expect(Object.fromEntries(Object.keys(read).map((text) => [text, hostOf(text)]))).toEqual(read);
});

test.each([
  "localhost",
  "massgen.localhost",
  "localhost.",
  "127.0.0.1",
  "10.1.2.3",
  "203.0.113.9:4000",
  "[::1]",
  "[2001:db8::1]:4000",
  "[::ffff:127.0.0.1]",
  "massgen",
  "massgen:4000",
  "box.local",
  "vm.c.project.internal",
  "host.docker.internal",
])("%s is nobody's in the public DNS", (text) => expect(isLocalName(hostOf(text) ?? "")).toBe(true));

test.each([
  "evil.com",
  "EVIL.COM.",
  "localhost.evil.com",
  "127.0.0.1.nip.io",
  "evil.com:127",
  "evil%2ecom",
  "local.evil",
  "xlocalhost.com",
  "internal.evil.com",
  "evil.com..",
  "a@b",
  "",
])("%s may be a stranger's", (text) => expect(isLocalName(hostOf(text) ?? "")).toBe(false));

test("a target in absolute form names a host", () => {
  expect(hostInTarget("/v1/models?x=http://evil/")).toBeUndefined();
  expect(hostInTarget("http://evil.com:80/v1")).toBe("evil.com:80");
  expect(hostInTarget("HTTP://evil.com")).toBe("evil.com");
  expect(hostInTarget("http://localhost@evil.com/")).toBe("localhost@evil.com");
  expect(hostInTarget("*")).toBeUndefined();
});
