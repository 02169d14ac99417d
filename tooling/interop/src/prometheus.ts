import { type RunningProcess, startProcess } from "@massgen/upstream";

/** A Prometheus that runs. */
export interface Prometheus extends AsyncDisposable {
  /** The value of each series that a query finds, by its labels as JSON. */
  readonly query: (expression: string) => Promise<readonly Series[]>;
  /** The names of the alerts that fire. */
  readonly firing: () => Promise<readonly string[]>;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Settings {
  /** Origin of the server that is scraped. */
  readonly target: string;
  readonly key: string;
  /** The rules, as in their file. */
  readonly rules: string;
}

/** Twice a second, so that nothing has to be waited for long. */
const configuration = ({ target }: Settings): string => `
global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
rule_files: [rules.yml]
scrape_configs:
  - job_name: massgen
    authorization: { credentials_file: key }
    static_configs: [{ targets: ["${new URL(target).host}"] }]
`;

/** Starts a Prometheus that scrapes one server, on a port that it takes itself. */
export async function startPrometheus(prometheus: string, settings: Settings): Promise<Prometheus> {
  const running = await startProcess({
    command: prometheus,
    args: ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"],
    files: { "prometheus.yml": configuration(settings), "rules.yml": settings.rules, key: settings.key },
  });
  try {
    await running.prints("Server is ready to receive web requests");
    return reading(running);
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw error;
  }
}

function reading(running: RunningProcess): Prometheus {
  const [, address] = /msg="Listening on" address=(\S+)/.exec(running.stderr()) ?? [];
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string };
    if (status !== "success") throw new Error(error ?? status);
    return data;
  };
  return {
    async query(expression) {
      const { result } = (await get(`query?query=${encodeURIComponent(expression)}`)) as {
        result: readonly { metric: Series["labels"]; value: readonly [number, string] }[];
      };
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    async firing() {
      const { alerts } = (await get("alerts")) as {
        alerts: readonly { state: string; labels: { alertname: string } }[];
      };
      return alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname);
    },
    [Symbol.asyncDispose]: running[Symbol.asyncDispose],
  };
}
