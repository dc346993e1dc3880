import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { own } from '../../helpers/rollout-documents.ts'

// Without controllers: the test plays the one of Jobs, and the one that removes finished ones (ttlafterfinished).
const test = controlPlaneTest()

const TIME_TO_GO_WRONG_MS = 1_500

function job(name: string, image: string): string {
  const spec = { restartPolicy: 'Never', containers: [{ name: 'run', image }] }
  const metadata = { name, namespace: 'default' }
  const template = { spec }
  return `${JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ttlSecondsAfterFinished: 1, template } })}\n`
}

/** Sets the status that a Job has at its end, then removes it. */
async function finish(controlPlane: ControlPlane, name: string, type: 'Complete' | 'Failed'): Promise<void> {
  const time = '2026-01-01T00:00:00Z'
  const conditions = (
    type === 'Complete' ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed']
  ).map((each) => ({
    type: each,
    status: 'True',
    lastTransitionTime: time,
    reason: 'Tested',
    message: 'so it is',
  }))
  const ends = type === 'Complete' ? { completionTime: time, succeeded: 1 } : { failed: 1 }
  const status = { startTime: time, conditions, ...ends }
  const patch = [
    'patch',
    `job/${name}`,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]
  await kubectl(controlPlane, ...patch)
  await kubectl(controlPlane, 'delete', `job/${name}`)
}

test('a Job that ran and was removed for that is not run again, also by a new process', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'jobs' })
  await fleet.push({
    'acme/job.yaml': job('migrate', 'app:1'),
    'acme/map.yaml': configMap('default', 'jobs', {}),
  })
  {
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state, jobs }) => state === 'progressing' && jobs?.length === 1)
    await finish(controlPlane, 'migrate', 'Complete')
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    await sleep(TIME_TO_GO_WRONG_MS)
    t.is(await live(controlPlane, 'default', 'job/migrate'), undefined)
    t.is(reeve.log.filter(({ msg }) => msg === 'created').length, 2)
  }
  t.is((await fleet.plan()).code, 0)
  t.is((await fleet.sync()).code, 0)
  t.is(await live(controlPlane, 'default', 'job/migrate'), undefined)

  await fleet.push({ 'acme/job.yaml': job('migrate', 'app:2') })
  t.is((await fleet.sync()).code, 0)
  t.truthy(await live(controlPlane, 'default', 'job/migrate'))
})

test('a Job that failed and was removed says so; one that is deleted while it runs is run again', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'failing-jobs' })
  await fleet.push({ 'acme/job.yaml': job('failing', 'app:1'), 'beta/job.yaml': job('running', 'app:1') })
  await using _reeve = fleet.run()
  const { metadata } = await liveWhen(controlPlane, 'default', 'job/running')
  await kubectl(controlPlane, 'delete', 'job/running')
  await liveWhen(controlPlane, 'default', 'job/running', (again) => again.metadata.uid !== metadata.uid)

  await liveWhen(controlPlane, 'default', 'job/failing')
  await finish(controlPlane, 'failing', 'Failed')
  await goneWhen(controlPlane, 'default', 'job/failing')
  const { jobs } = await fleet.recorded('acme', ({ state }) => state === 'degraded')
  t.regex(jobs?.[0]?.failed ?? '', /so it is/)
})

test('no Job begins while its installation sleeps, and one that ran does not run again when it wakes', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'sleeping-jobs' })
  const document = (hibernated: boolean) => own('Installation', 'acme', `{hibernated: ${hibernated}}`)
  await fleet.push({ 'acme/job.yaml': job('ran', 'app:1'), 'acme/i.yaml': document(false) })
  await using _reeve = fleet.run()
  await liveWhen(controlPlane, 'default', 'job/ran')
  await fleet.recorded('acme', ({ state, jobs }) => state === 'progressing' && jobs?.length === 1)
  await finish(controlPlane, 'ran', 'Complete')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  await fleet.push({
    'acme/job.yaml': `${job('ran', 'app:2')}---\n${job('other', 'app:1')}`,
    'acme/i.yaml': document(true),
  })
  const asleep = await fleet.recorded('acme', ({ state }) => state === 'hibernated')
  t.is(asleep.jobs?.length, 1)
  for (const name of ['ran', 'other']) t.is(await live(controlPlane, 'default', `job/${name}`), undefined)

  await fleet.push({
    'acme/job.yaml': `${job('ran', 'app:1')}---\n${job('other', 'app:1')}`,
    'acme/i.yaml': document(false),
  })
  await liveWhen(controlPlane, 'default', 'job/other')
  await fleet.recorded('acme', ({ jobs }) => jobs?.length === 2)
  t.is(await live(controlPlane, 'default', 'job/ran'), undefined)
})
