import test from 'ava'
import { warningIn } from '../../../../src/stages/health/diagnosis/event-diagnosis.ts'

const old = { reason: 'FailedMount', message: 'old', lastTimestamp: '2026-01-01T00:00:00Z' }
const mount = {
  reason: 'FailedMount',
  message: 'MountVolume.SetUp failed for volume "config":\n configmap "web" not found',
  lastTimestamp: '2026-01-01T00:05:00Z',
}
const probe = {
  reason: 'Unhealthy',
  message: 'Readiness probe failed',
  eventTime: '2026-01-01T00:06:00.123456Z',
}
const series = { ...old, series: { lastObservedTime: '2026-01-01T00:07:00.000000Z' } }

test('the latest Event tells, however it says when it was', (t) => {
  t.is(
    warningIn([old, mount], 0)?.text,
    'FailedMount: MountVolume.SetUp failed for volume "config": configmap "web" not found',
  )
  t.is(warningIn([probe, mount, old], 0)?.text, 'Unhealthy: Readiness probe failed')
  t.is(warningIn([probe, series, mount], 0)?.text, 'FailedMount: old')
  t.is(warningIn([mount], 0)?.status, 'progressing')
})

test('an Event from before, or without a time, tells nothing', (t) => {
  const since = Date.parse('2026-01-01T00:03:00Z')
  t.is(warningIn([old], since), undefined)
  t.is(warningIn([old, mount], since)?.key, 'FailedMount')
  t.is(warningIn([{ reason: 'Odd' }], 0), undefined)
  t.is(warningIn([], 0), undefined)
})
