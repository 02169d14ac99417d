import type { Clock, ModelSettings, ProviderContext } from "@massgen/core/model";
import type { BuiltInProvider } from "./built-in-provider.ts";
import type { Account } from "./limits/accounts.ts";

/**
 * How long a request waits for a service to say what it can take. In steps, so that a busy start of the process does
 * not use it up: an answer that has arrived is read between two steps.
 */
const patienceSteps = 15;
const stepMs = 100;

/** How long a service may take to answer. An answer that comes after a request stopped waiting counts from then on. */
const longestMs = 15_000;

/** How long a service that did not say everything is not asked again. */
const pauseMs = 30_000;

/** What a service on the user's own machine can take. */
export interface ServiceReport {
  readonly type: string;
  readonly model: string;
  /** Whether the service said anything; false for what is assumed without that. */
  readonly answered: boolean;
  /** Calls at the same time, all models of the address together; absent where there is no limit. */
  readonly maxConcurrency?: number;
  /** Tokens that the model takes, prompt and reply together. */
  readonly contextTokens?: number;
  /** False if the service says that the model sees no images. */
  readonly images?: false;
}

interface Service {
  readonly ask: (signal: AbortSignal) => Promise<ServiceReport | undefined>;
  report: ServiceReport;
  /** The report that the listener got last. */
  told?: string;
  asked?: { readonly atMs: number; readonly waited: Promise<void> };
}

/** Asks each service of a registry once what it can take. */
export interface ServiceLookups {
  /** Adds a service that is going to be called. Sends nothing. */
  readonly add: (
    accountId: string,
    provider: BuiltInProvider,
    settings: ModelSettings,
    context: ProviderContext,
    account: Account,
  ) => void;
  /**
   * What the services say, after a second and a half at most. Services that did not give the context window are asked
   * again after a while: some know it only once they have loaded the model. Never rejects.
   */
  readonly reports: () => Promise<readonly ServiceReport[]>;
  /**
   * Calls the listener with each report that is news, however late. An assumption is reported when no request waits for
   * the answer any more.
   */
  readonly listen: (listener: (report: ServiceReport) => void) => void;
  /** Stops asking. */
  readonly close: () => void;
}

export function createServiceLookups(clock: Clock): ServiceLookups {
  const services = new Map<string, Service>();
  const closed = new AbortController();
  let tell: (report: ServiceReport) => void = () => {};

  function news(service: Service): void {
    const report = JSON.stringify(service.report);
    if (closed.signal.aborted || report === service.told) return;
    service.told = report;
    tell(service.report);
  }

  function ask(service: Service): Promise<void> {
    const late = new AbortController();
    const callOff = clock.setTimer(longestMs, () => late.abort());
    const answer = service
      .ask(AbortSignal.any([closed.signal, late.signal]))
      .then(
        (report) => {
          service.report = report ?? service.report;
        },
        () => {},
      )
      .finally(callOff);
    const waited = patience(answer, clock).then(() => news(service));
    void Promise.all([answer, waited]).then(() => news(service));
    return waited;
  }

  async function reportOf(service: Service): Promise<ServiceReport> {
    const { asked, report } = service;
    if (asked === undefined || (report.contextTokens === undefined && clock.now() - asked.atMs >= pauseMs)) {
      service.asked = { atMs: clock.now(), waited: ask(service) };
    }
    await service.asked?.waited;
    return service.report;
  }

  return {
    add(accountId, provider, settings, context, account) {
      const { type, slots, lookUp } = provider;
      if (slots !== undefined) account.assume(slots);
      const key = JSON.stringify([accountId, settings.model]);
      if (lookUp === undefined || services.has(key)) return;
      const { model } = settings;
      services.set(key, {
        report: { type, model, answered: false, ...(slots !== undefined && { maxConcurrency: slots }) },
        async ask(signal) {
          const facts = await lookUp(settings, context, signal);
          const { contextTokens, images } = facts ?? {};
          const maxConcurrency = slots === undefined ? undefined : (facts?.slots ?? slots);
          if (facts === undefined) return undefined;
          if (maxConcurrency !== undefined) account.assume(maxConcurrency);
          return {
            type,
            model,
            answered: true,
            ...(maxConcurrency !== undefined && { maxConcurrency }),
            ...(contextTokens !== undefined && { contextTokens }),
            ...(images === false && { images }),
          };
        },
      });
    },
    reports: () => Promise.all([...services.values()].map(reportOf)),
    listen(listener) {
      tell = listener;
    },
    close: () => closed.abort(),
  };
}

/** Resolves with the answer, or when a request stops waiting for it. */
function patience(answer: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let callOff = (): void => {};
    const wait = (steps: number): void => {
      if (steps === 0) resolve();
      else callOff = clock.setTimer(stepMs, () => wait(steps - 1));
    };
    wait(patienceSteps);
    void answer.then(() => {
      callOff();
      resolve();
    });
  });
}
