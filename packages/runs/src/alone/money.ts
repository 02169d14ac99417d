import type { Allowance, Reservation } from "@massgen/core";
import type { FromChild, Talk, ToChild } from "./channel.ts";

/** What a process asks of the allowance of another. */
type Asked = Extract<FromChild, { type: "reserve" | "settle" }>;

/** The money that another process has from this one's allowance. */
export interface LentMoney {
  readonly hear: (asked: Asked) => void;
  /** The process is gone: what it had for its calls stays reserved, since they may have cost it. */
  readonly end: () => void;
}

/** Lends money of an allowance, so that it holds for both processes together. */
export function lendMoney(allowance: Allowance | undefined, say: (message: ToChild) => void): LentMoney {
  const lent = new Map<number, Reservation>();
  let gone = false;

  function reserve({ call, usd }: Extract<Asked, { type: "reserve" }>): void {
    allowance?.reserve(usd).then(
      (reservation) => {
        // Nobody heard that the call may be made.
        if (gone) reservation?.settle(0);
        else if (reservation) lent.set(call, reservation);
        say({ type: "reserved", call, left: reservation !== undefined });
      },
      (error: unknown) => say({ type: "reserved", call, error: String(error) }),
    );
  }

  return {
    hear(asked) {
      if (asked.type === "reserve") {
        reserve(asked);
        return;
      }
      lent.get(asked.call)?.settle(asked.usd);
      lent.delete(asked.call);
    },
    end() {
      gone = true;
    },
  };
}

/** An allowance that borrows of the process at the other end, which knows what is left. */
export function borrowMoney({ say, hear }: Talk<FromChild, ToChild>): Allowance {
  const waiting = new Map<number, PromiseWithResolvers<Reservation | undefined>>();
  let calls = 0;
  hear((told) => {
    if (told.type !== "reserved") return;
    const { call, left, error } = told;
    const asked = waiting.get(call);
    waiting.delete(call);
    if (left === undefined) asked?.reject(new Error(error ?? "what is left could not be looked up"));
    else asked?.resolve(left ? { settle: (usd) => say({ type: "settle", call, usd }) } : undefined);
  });
  return {
    reserve(usd) {
      const call = ++calls;
      const asked = Promise.withResolvers<Reservation | undefined>();
      waiting.set(call, asked);
      say({ type: "reserve", call, usd });
      return asked.promise;
    },
  };
}
