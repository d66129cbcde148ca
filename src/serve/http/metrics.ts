/** What the server counts, as text for Prometheus. */
import type { Serving } from './job.js';

/** Seconds up to which a time to the first token is counted in a bucket. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counters of one server. */
export interface Metrics {
  readonly countRequest: (route: string, status: number) => void;
  readonly countTokens: (kind: 'prompt' | 'completion', count: number) => void;
  readonly countFirstToken: (seconds: number) => void;
  readonly text: (servings: readonly Serving[]) => string;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const tokens = { prompt: 0, completion: 0 };
  const times = { sum: 0, count: 0, below: buckets.map(() => 0) };
  const firstTokenRows = () => [
    ...buckets.map(
      (most, nth) => `workbook_time_to_first_token_seconds_bucket{le="${most}"} ${times.below[nth]}`,
    ),
    `workbook_time_to_first_token_seconds_bucket{le="+Inf"} ${times.count}`,
    `workbook_time_to_first_token_seconds_sum ${times.sum}`,
    `workbook_time_to_first_token_seconds_count ${times.count}`,
  ];
  return {
    countRequest: (route, status) => {
      const labels = `route="${route}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
    },
    countTokens: (kind, count) => {
      tokens[kind] += count;
    },
    countFirstToken: (seconds) => {
      times.sum += seconds;
      times.count++;
      for (const [nth, most] of buckets.entries()) if (seconds <= most) times.below[nth]!++;
    },
    text: (servings) => {
      const loads = servings.map(({ model, batcher }) => [escaped(model.name), batcher.load()] as const);
      const rows = [
        ...metric(
          'requests_total',
          'counter',
          'Requests answered',
          [...requests].map(([labels, count]) => `{${labels}} ${count}`),
        ),
        ...metric('prompt_tokens_total', 'counter', 'Tokens of prompts', [` ${tokens.prompt}`]),
        ...metric('completion_tokens_total', 'counter', 'Tokens made', [` ${tokens.completion}`]),
        ...metric(
          'queue',
          'gauge',
          'Texts that wait for a slot',
          loads.map(([name, load]) => `{model="${name}"} ${load.waiting}`),
        ),
        ...metric(
          'slots',
          'gauge',
          'Texts that can be made at once',
          loads.map(([name, load]) => `{model="${name}"} ${load.slots}`),
        ),
        ...metric(
          'slots_busy',
          'gauge',
          'Texts that are being made',
          loads.map(([name, load]) => `{model="${name}"} ${load.running}`),
        ),
        ...metric('time_to_first_token_seconds', 'histogram', 'From the request to the first token', []),
        ...firstTokenRows(),
      ];
      return `${rows.join('\n')}\n`;
    },
  };
}

const metric = (name: string, type: string, help: string, rows: readonly string[]): string[] => [
  `# HELP workbook_${name} ${help}.`,
  `# TYPE workbook_${name} ${type}`,
  ...rows.map((row) => `workbook_${name}${row}`),
];

const escaped = (label: string): string => label.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
