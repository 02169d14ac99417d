import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A keeper in a process of its own. */
export class OtherProcess {
  readonly heard: string[] = [];
  readonly #child: ChildProcess;
  #news = Promise.withResolvers<void>();

  private constructor(args: readonly string[]) {
    const file = fileURLToPath(new URL("keeper-process.ts", import.meta.url));
    this.#child = fork(file, args, { execArgv: ["--conditions=massgen-source"] });
    this.#child.on("message", (what) => {
      if (typeof what === "string") this.heard.push(what);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    });
  }

  /**
   * @param mostMs how long its calls take at most
   * @param version the number of its rules
   */
  static async start(url: string, places = 64, mostMs = 0, version = 1): Promise<OtherProcess> {
    const other = new OtherProcess([url, String(places), String(mostMs), String(version)]);
    await other.reached("up", 1);
    return other;
  }

  asked(): number {
    return this.count("asked");
  }

  count(what: string): number {
    return this.heard.filter((heard) => heard.startsWith(what)).length;
  }

  /** Resolves once it has said so much. */
  async reached(what: string, count: number): Promise<void> {
    while (this.count(what) < count) {
      if (this.#child.exitCode !== null) throw new Error(`the other process ended with ${this.#child.exitCode}`);
      await Promise.race([this.#news.promise, once(this.#child, "exit")]);
    }
  }

  tell(order: { readonly accept?: string; readonly letGo?: true; readonly close?: number }): void {
    this.#child.send(order);
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    if (signal === "SIGKILL") await this.ended();
  }

  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}
