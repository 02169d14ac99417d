import type { ModelSettings, ProviderContext } from "@massgen/core/model";
import type { BuiltInProvider } from "./built-in-provider.ts";
import type { CallLine } from "./limits/call-line.ts";
import type { Clock } from "./limits/clock.ts";

/** How long a service may take to say what it can take. */
const patienceMs = 5000;

/** How long one that said nothing is not asked again. */
const pauseMs = 30_000;

/** What a service on the user's own machine can take. */
export interface ServiceReport {
  readonly type: string;
  readonly model: string;
  /** Calls at the same time, all models of the address together; absent for as many as come. */
  readonly maxConcurrency?: number;
  /** Tokens that the model takes, prompt and reply together. */
  readonly contextTokens?: number;
}

interface Service {
  readonly report: ServiceReport;
  readonly ask: (signal: AbortSignal) => Promise<ServiceReport | undefined>;
  asked?: { readonly report: Promise<ServiceReport>; readonly atMs: number; answered: boolean };
}

/** Asks the services of a registry what they can take, each once. */
export interface ServiceLookups {
  /** Says that calls are going to be made there. Sends nothing. */
  readonly add: (
    account: string,
    provider: BuiltInProvider,
    settings: ModelSettings,
    context: ProviderContext,
    line: CallLine,
  ) => void;
  /** What they say, after five seconds at most. Those that said nothing are asked again after a while. Never rejects. */
  readonly reports: () => Promise<readonly ServiceReport[]>;
  /** Nobody is asked any more. */
  readonly close: () => void;
}

export function createServiceLookups(clock: Clock): ServiceLookups {
  const services = new Map<string, Service>();
  const closed = new AbortController();

  function reportOf(service: Service): Promise<ServiceReport> {
    const { asked } = service;
    if (asked !== undefined && (asked.answered || clock.now() - asked.atMs < pauseMs)) return asked.report;
    const late = new AbortController();
    const callOff = clock.setTimer(patienceMs, () => late.abort());
    const next = { atMs: clock.now(), answered: false, report: Promise.resolve(service.report) };
    next.report = service
      .ask(AbortSignal.any([closed.signal, late.signal]))
      .then(
        (report) => {
          next.answered = report !== undefined;
          return report ?? service.report;
        },
        () => service.report,
      )
      .finally(callOff);
    service.asked = next;
    return next.report;
  }

  return {
    add(account, provider, settings, context, line) {
      const { type, slots, lookUp } = provider;
      if (slots !== undefined) line.assume(slots);
      const key = JSON.stringify([account, settings.model]);
      if (lookUp === undefined || services.has(key)) return;
      const { model } = settings;
      services.set(key, {
        report: { type, model, ...(slots !== undefined && { maxConcurrency: slots }) },
        async ask(signal) {
          const facts = await lookUp(settings, context, signal);
          const { contextTokens } = facts ?? {};
          const maxConcurrency = slots === undefined ? undefined : (facts?.slots ?? slots);
          if (maxConcurrency !== undefined) line.assume(maxConcurrency);
          return (
            facts && { type, model, ...(maxConcurrency && { maxConcurrency }), ...(contextTokens && { contextTokens }) }
          );
        },
      });
    },
    reports: () => Promise.all([...services.values()].map(reportOf)),
    close: () => closed.abort(),
  };
}
