import type { Registry } from 'prom-client'
import type { Answer, Route } from '../adapters/http/route.ts'
import { printable, printableLines } from '../model/printable.ts'
import type { PartReport, ProcessHealth } from './part.ts'

export interface ProbesOptions {
  readonly health: ProcessHealth
  readonly registry: Registry
}

/** /healthz and /readyz (200, or 503 with the reason), and /metrics (Prometheus text format). */
export function probeRoutes({ health, registry }: ProbesOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      handle: () => {
        const lack = health.notHealthy()
        return probe(lack === undefined, lack ?? 'ok')
      },
    },
    {
      method: 'GET',
      path: '/readyz',
      handle: ({ query }) => {
        const { isReady, text } = health.readiness()
        return probe(isReady, query.has('verbose') ? verbose(health.parts(), text) : printable(text))
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({
        status: 200,
        text: await registry.metrics(),
        headers: { 'content-type': registry.contentType },
      }),
    },
  ]
}

/** One line per part, like `/readyz?verbose` of a Kubernetes API server, followed by the result. */
function verbose(parts: readonly PartReport[], text: string): string {
  const lines = parts.map(({ name, state, detail }) => {
    const sign = state === 'running' && detail === undefined ? '+' : '-'
    return `[${sign}]${name} ${state}${detail === undefined ? '' : `: ${printable(detail)}`}`
  })
  return [...lines, printable(text)].join('\n')
}

function probe(isGood: boolean, text: string): Answer {
  return { status: isGood ? 200 : 503, text: `${printableLines(text)}\n` }
}
