// What may be in the place of a file: pipes, folders, other encodings, too much text.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMassgen, startMassgen, type MassgenProcess } from "@massgen/upstream";
import { describe, expect, test } from "vitest";
import { runCommand } from "./command-line.ts";
import { send } from "./contract/wire.ts";

const timeout = 120_000;
const team = "agent: { id: solo, backend: { type: demo } }\n";
const check = ["check", "team.yaml"];
const serve = ["serve", "--config", "team.yaml", "--host", "127.0.0.1", "--port", "0"];
const isPosix = process.platform !== "win32";

/** What `massgen check` says in a folder that `prepare` has filled, in this process. */
async function checkIn(prepare: (folder: string) => unknown, args = check): Promise<Said> {
  const { code, stdout, stderr } = await runCommand({ args, files: { "team.yaml": team }, prepare });
  return { code, said: stdout + stderr };
}

/** The same in a process of its own, since opening a pipe may block the whole process. */
async function checkPipe(name: string): Promise<Said> {
  const cwd = await mkdtemp(join(tmpdir(), "massgen-pipe-"));
  try {
    await writeFile(join(cwd, "team.yaml"), team);
    await rm(join(cwd, name), { force: true });
    makePipe(join(cwd, name));
    const { code, stdout, stderr } = await runMassgen({ args: check, cwd });
    return { code, said: stdout + stderr };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

interface Said {
  readonly code: number | null;
  readonly said: string;
}

const makePipe = (path: string): void => void execFileSync("mkfifo", [path]);
const latin1 = Buffer.from("NAME=Zürich\n", "latin1");

describe("a .env file", () => {
  test.runIf(isPosix)("that is a pipe is refused at once", { timeout }, async () => {
    const { code, said } = await checkPipe(".env");
    expect([code, said]).toEqual([2, expect.stringMatching(/Cannot read \S+\.env: it is not a regular file/)]);
  });

  test.runIf(isPosix)("that is a device is refused", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => symlink("/dev/zero", join(folder, ".env")));
    expect([code, said]).toEqual([2, expect.stringContaining("it is not a regular file")]);
  });

  test.runIf(isPosix)("that is a socket is refused", { timeout }, async () => {
    const server = createServer();
    const { code, said } = await checkIn(
      (folder) => new Promise<void>((resolve) => server.listen(join(folder, ".env"), resolve)),
    );
    server.close();
    expect([code, said]).toEqual([2, expect.stringContaining("it is not a regular file")]);
  });

  test("that is a folder is refused", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => mkdir(join(folder, ".env")));
    expect([code, said]).toEqual([2, expect.stringContaining("it is a folder")]);
  });

  test("beyond 1 MiB is refused", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => writeFile(join(folder, ".env"), "#".repeat(1024 * 1024 + 1)));
    expect([code, said]).toEqual([2, expect.stringContaining("it is larger than 1 MiB")]);
  });

  test.each([
    ["Latin-1", latin1, "it is not UTF-8 (line 1)"],
    ["UTF-16", Buffer.from("\ufeffNAME=x\n", "utf16le"), "it is UTF-16"],
    ["UTF-16 without a mark", Buffer.from("NAME=x\n", "utf16le"), "NUL byte in line 1"],
  ])("in %s is refused", { timeout }, async (_name, bytes, words) => {
    const { code, said } = await checkIn((folder) => writeFile(join(folder, ".env"), bytes));
    expect([code, said]).toEqual([2, expect.stringContaining(words)]);
  });

  test.runIf(isPosix)("that is a link to a file is read, with or without a byte order mark", { timeout }, async () => {
    const { code, said } = await checkIn(async (folder) => {
      await writeFile(join(folder, "team.yaml"), "agent: { id: solo, backend: { type: '${TYPE}' } }\n");
      await writeFile(join(folder, "variables"), "\ufeffTYPE=demo\n");
      await symlink("variables", join(folder, ".env"));
    });
    expect([code, said]).toEqual([0, expect.stringContaining("is fine")]);
  });

  test("that sets what only Node reads is warned of", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => writeFile(join(folder, ".env"), "NODE_EXTRA_CA_CERTS=x.pem\n"));
    expect([code, said]).toEqual([
      0,
      expect.stringContaining("Warning: NODE_EXTRA_CA_CERTS has no effect in a .env file"),
    ]);
  });

  test.runIf(isPosix)("is not looked for in a home that is no folder", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => writeFile(join(folder, "home"), ""));
    expect([code, said]).toEqual([0, expect.stringContaining("is fine")]);
  });

  test("here goes before the one beside the configuration, and that before the user's", { timeout }, async () => {
    const { code, said } = await checkIn(
      async (folder) => {
        for (const [place, names] of [
          [".", ["A"]],
          ["teams", ["A", "B"]],
          ["home/.config/massgen", ["A", "B", "C"]],
        ] as const) {
          await mkdir(join(folder, place), { recursive: true });
          await writeFile(
            join(folder, place, ".env"),
            names.map((name) => `${name}=${name}_of_${place.slice(0, 4)}\n`).join(""),
          );
        }
        const backend = (name: string): string =>
          `{ type: chatcompletion, base_url: "http://a.test", model: "\${${name}}" }`;
        const agents = ["A", "B", "C"].map((name) => `  - { id: ${name}, backend: ${backend(name)} }\n`);
        await writeFile(join(folder, "teams/team.yaml"), `agents:\n${agents.join("")}`);
      },
      ["check", "teams/team.yaml"],
    );
    expect(code).toBe(0);
    expect(said).toMatch(/A_of_\.\n[^]*B_of_team\n[^]*C_of_home\n/);
  });
});

describe("a configuration", () => {
  test.runIf(isPosix)("that is a pipe is refused at once", { timeout }, async () => {
    const { code, said } = await checkPipe("team.yaml");
    expect([code, said]).toEqual([
      2,
      expect.stringContaining("Cannot read the configuration team.yaml (the file to check): it is not a regular file"),
    ]);
  });

  test("beyond 4 MiB is refused, and one in Latin-1", { timeout }, async () => {
    const long = await checkIn((folder) =>
      writeFile(join(folder, "team.yaml"), `${team}#${" ".repeat(4 * 1024 * 1024)}`),
    );
    expect([long.code, long.said]).toEqual([2, expect.stringContaining("it is larger than 4 MiB")]);
    const odd = await checkIn((folder) =>
      writeFile(join(folder, "team.yaml"), Buffer.from(`${team}# Zürich`, "latin1")),
    );
    expect([odd.code, odd.said]).toEqual([2, expect.stringContaining("it is not UTF-8 (line 2); save it as UTF-8")]);
  });

  test.runIf(isPosix && process.getuid?.() !== 0)("that may not be read is said", { timeout }, async () => {
    const { code, said } = await checkIn((folder) => writeFile(join(folder, "team.yaml"), team, { mode: 0o000 }));
    expect([code, said]).toEqual([2, expect.stringContaining("this user may not read it")]);
  });
});

describe.runIf(isPosix)("at a reload", () => {
  const alive = async (url: string): Promise<number> =>
    (await send(url, undefined, { method: "GET", path: "/health" })).status;
  async function reloaded(massgen: MassgenProcess, name: string): Promise<string> {
    const url = await massgen.ready();
    await massgen.prints("started");
    await rm(join(massgen.cwd, name), { force: true });
    makePipe(join(massgen.cwd, `${name}.new`));
    await rename(join(massgen.cwd, `${name}.new`), join(massgen.cwd, name));
    massgen.child.kill("SIGHUP");
    await massgen.prints("reload refused");
    expect(await alive(url)).toBe(200);
    return massgen.stderr();
  }

  test.each([
    ["team.yaml", serve],
    [".env", serve],
    ["keys.txt", [...serve, "--api-key-file", "keys.txt"]],
  ])("a pipe in place of %s is refused, and the server goes on", { timeout }, async (name, args) => {
    await using massgen = await startMassgen({
      args,
      files: { "team.yaml": team, ".env": "A=1\n", "keys.txt": "k-1\n" },
    });
    expect(await reloaded(massgen, name)).toContain("it is not a regular file");
  });
});
