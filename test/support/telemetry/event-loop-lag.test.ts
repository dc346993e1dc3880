import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { LagSamples } from '../../../src/support/telemetry/event-loop-lag.ts'
import { createMetrics } from '../../../src/support/telemetry/metrics.ts'

test('a loop on time has no lag', (t) => {
  const samples = new LagSamples(0)
  for (let now = 100; now <= 1_000; now += 100) samples.note(now)
  const taken = samples.take()
  for (const name of ['min', 'mean', 'p50', 'p99', 'max']) t.true((taken.get(name) ?? 1) < 1e-6, name)
})

test('a blocked loop is late by as long as it is blocked after a timer was due, in seconds', (t) => {
  const samples = new LagSamples(0)
  for (const now of [100, 700, 800]) samples.note(now)
  const taken = samples.take()
  t.true(Math.abs((taken.get('max') ?? 0) - 0.5) < 0.001)
  t.true(Math.abs((taken.get('mean') ?? 0) - 0.5 / 3) < 0.001)
})

test('a loop that is blocked across a scrape is seen by the next one, and by no other', (t) => {
  const samples = new LagSamples(0)
  samples.note(100)
  samples.take()
  samples.note(1_200)
  t.true((samples.take().get('max') ?? 0) > 0.999)
  t.is(samples.take().get('max'), 0)
})

test('the metrics show a blocked loop, and none where nothing blocks', async (t) => {
  const { registry } = createMetrics()
  const values = async () => {
    const text = await registry.metrics()
    return (name: string) =>
      Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.*)$`, 'm').exec(text)?.[1])
  }
  await values()
  const until = performance.now() + 700
  while (performance.now() < until);
  await sleep(0)
  const blocked = await values()
  t.true(blocked('max') > 0.55, `${blocked('max')}`)
  t.true(blocked('max') < 10)
  for (let samples = 0; samples < 5; samples++) await sleep(100)
  t.true((await values())('p50') < 0.5)
  const text = await registry.metrics()
  t.is(text.match(/^# TYPE nodejs_eventloop_lag\w* /gm)?.length, 8)
})
