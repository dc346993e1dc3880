import { RETRIES } from '../../src/model/retry.ts'
import { INSTALLATION_STATES } from '../../src/model/status.ts'
import { WEBHOOK_FORGES, WEBHOOK_RESULTS } from '../../src/model/webhook.ts'
import { createMetrics } from '../../src/support/telemetry/metrics.ts'
import { code, page, table } from './markdown.ts'

/** What prom-client knows of a metric. */
interface Metric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labelNames: readonly string[]
}

const BEGIN = `# Metrics

\`reeve run\` serves these in the Prometheus text format at \`/metrics\` of [\`--listen\`](options.md#running).
It also serves the metrics of the process and of Node (\`process_…\`, \`nodejs_…\`) from
[prom-client](https://github.com/siimon/prom-client).`

const VALUES: readonly (readonly [labels: string, values: readonly string[]])[] = [
  ['`what`', RETRIES],
  ['`state`', INSTALLATION_STATES],
  ['`forge`', WEBHOOK_FORGES],
  ['`result` of `reeve_webhooks_total`', WEBHOOK_RESULTS],
]

/** The reference of metrics, from the registry itself. */
export function metricsPage(): string {
  const all = createMetrics().registry.getMetricsAsArray() as unknown as readonly Metric[]
  const own = all.filter(({ name }) => name.startsWith('reeve_'))
  return page(
    BEGIN,
    table(
      ['metric', 'type', 'labels', 'meaning'],
      own.map(({ name, type, labelNames, help }) => [
        code(name),
        type,
        labelNames.map(code).join(', '),
        help,
      ]),
    ),
    ...VALUES.map(([label, values]) => `Values of ${label}: ${values.map(code).join(', ')}.`),
  )
}
