import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

/** Interval of the samples, in milliseconds; a blocked loop is seen if it is blocked for longer. */
const EVERY_MS = 100

/** Names of the metrics, as Node's metrics in Prometheus have them, and what each tells of the samples. */
const STATISTICS: Readonly<
  Record<string, readonly [help: string, read: (samples: RecordableHistogram) => number]>
> = {
  min: ['The minimum', ({ min }) => min],
  max: ['The maximum', ({ max }) => max],
  mean: ['The mean', ({ mean }) => mean],
  stddev: ['The standard deviation', ({ stddev }) => stddev],
  p50: ['The 50th percentile', (samples) => samples.percentile(50)],
  p90: ['The 90th percentile', (samples) => samples.percentile(90)],
  p99: ['The 99th percentile', (samples) => samples.percentile(99)],
}

/** How late timers are, measured between two scrapes. All times in milliseconds. */
export class LagSamples {
  readonly #samples = createHistogram()
  #dueAt: number

  constructor(now: number) {
    this.#dueAt = now + EVERY_MS
  }

  /** Notes a timer's call, due `EVERY_MS` after the one before it. */
  note(now: number): void {
    // The histogram counts from 1, in nanoseconds.
    this.#samples.record(Math.max(1, Math.round((now - this.#dueAt) * 1e6)))
    this.#dueAt = now + EVERY_MS
  }

  /** The statistics of the samples since the last call, in seconds; 0 without any. */
  take(): ReadonlyMap<string, number> {
    const isEmpty = this.#samples.count === 0
    const taken = Object.entries(STATISTICS).map(
      ([name, [, read]]) => [name, isEmpty ? 0 : read(this.#samples) / 1e9] as const,
    )
    this.#samples.reset()
    return new Map(taken)
  }
}

/**
 * Metrics of the event loop's lag. Sampled from the first scrape on, so that a process that is not scraped
 * does nothing for them.
 */
export function registerEventLoopLag(registry: Registry): void {
  const registers = [registry]
  let samples: LagSamples | undefined
  // Registered, and so read, before the others: it sets them.
  new Gauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'Lag of event loop in seconds.',
    registers,
    async collect() {
      samples ??= sample()
      const taken = samples.take()
      for (const [name, gauge] of gauges) gauge.set(taken.get(name) ?? 0)
      const started = performance.now()
      await new Promise(setImmediate)
      this.set((performance.now() - started) / 1000)
    },
  })
  const gauges = Object.entries(STATISTICS).map(([name, [help]]): readonly [string, Gauge] => {
    const about = `${help} of the recorded event loop delays.`
    return [name, new Gauge({ name: `nodejs_eventloop_lag_${name}_seconds`, help: about, registers })]
  })
}

function sample(): LagSamples {
  const samples = new LagSamples(performance.now())
  setInterval(() => samples.note(performance.now()), EVERY_MS).unref()
  return samples
}
