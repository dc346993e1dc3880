import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { deployment, documents, namespace } from '../../helpers/manifests.ts'
import { newServiceAccount } from '../../helpers/service-account.ts'

// With kube-controller-manager: its HorizontalPodAutoscaler controller scales up to minReplicas, and down
// to maxReplicas, without any metrics.
const test = controlPlaneTest({ controllers: true })

test.serial('replicas that an autoscaler set stay, whatever else drifts or a commit brings', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'scaled' })
  await fleet.push({ 'acme/all.yaml': documents(namespace('scaled'), web('scaled', 'web:1')) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', () => true)
  await apply(controlPlane, autoscaler('scaled', 7))
  await replicasWhen(controlPlane, 'scaled', 7)

  const drift = '{"spec":{"revisionHistoryLimit":4}}'
  await kubectl(controlPlane, '-n', 'scaled', 'patch', 'deployment/web', '--type=merge', '-p', drift)
  t.deepEqual((await reeve.logged('patched')).changes, [
    { path: 'spec.revisionHistoryLimit', before: 4, after: 3 },
  ])
  const commit = await fleet.push({ 'acme/all.yaml': documents(namespace('scaled'), web('scaled', 'web:2')) })
  const patched = await reeve.logged('patched', ({ reason }) => reason === 'commit')
  t.deepEqual(patched.changes, [
    { path: 'spec.template.spec.containers[name=web].image', before: 'web:1', after: 'web:2' },
  ])
  await fleet.recorded('acme', (record) => record.commit === commit)

  const since = new Date()
  const other = {
    'acme/other.yaml': '{apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: scaled}}',
  }
  const next = await fleet.push(other)
  await fleet.recorded('acme', (record) => record.commit === next)
  const requests = await controlPlane.requests({ userAgent: 'reeve', since })
  t.deepEqual(
    requests.filter(({ resource, name }) => resource === 'deployments' && name === 'web'),
    [],
    'what was left is not asked for again',
  )
  t.is(await replicas(controlPlane, 'scaled'), 7)
  t.false(reeve.log.some((line) => JSON.stringify(line).includes('spec.replicas')))

  const { code, stdout } = await fleet.plan('--explain')
  t.is(code, 0)
  t.regex(stdout, /= spec\.replicas: 7\n +Git says 3; the HorizontalPodAutoscaler web scales it\n/)
})

test.serial('after a restart, and by reeve sync, the replicas of the autoscaler stay', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await scaledFleet(controlPlane, 'restart')
  const since = new Date()
  t.is((await fleet.sync()).code, 0)
  t.deepEqual((await controlPlane.writes({ userAgent: 'reeve', since })).filter(isObject('restart')), [])
  t.is(await replicas(controlPlane, 'restart'), 7)
})

test.serial("when the autoscaler is gone Git's replicas count again", async (t) => {
  const { controlPlane } = t.context
  await using fleet = await scaledFleet(controlPlane, 'gone')
  await kubectl(controlPlane, '-n', 'gone', 'delete', 'hpa/web')
  await goneWhen(controlPlane, 'gone', 'hpa/web')
  const { stdout } = await fleet.plan()
  t.regex(stdout, /- spec\.replicas: 7\n +\+ spec\.replicas: 3\n/)
  t.is((await fleet.sync()).code, 0)
  t.is(await replicas(controlPlane, 'gone'), 3)
})

test.serial("when Git gives up the autoscaler Git's replicas count at once", async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'given-up' })
  const objects = [namespace('given-up'), web('given-up', 'web:1')]
  await fleet.push({ 'acme/all.yaml': documents(...objects), 'acme/scale.yaml': autoscaler('given-up', 7) })
  await using reeve = fleet.run()
  await replicasWhen(controlPlane, 'given-up', 7)
  const labels = '{"metadata":{"labels":{"reeve.dev/installation":"else"}}}'
  await kubectl(controlPlane, '-n', 'given-up', 'patch', 'deployment/web', '--type=merge', '-p', labels)
  await reeve.logged('patched')
  t.is(await replicas(controlPlane, 'given-up'), 7)
  await fleet.push({ 'acme/scale.yaml': undefined })
  await goneWhen(controlPlane, 'given-up', 'hpa/web')
  await replicasWhen(controlPlane, 'given-up', 3)
})

test.serial(
  'where a commit brings the autoscaler and gives up the replicas, they do not fall to 1',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'handed' })
    await fleet.push({ 'acme/all.yaml': documents(namespace('handed'), web('handed', 'web:1')) })
    t.is((await fleet.sync()).code, 0)
    const { generation } = (await live(controlPlane, 'handed', 'deployment/web'))?.metadata ?? {}
    const all = documents(namespace('handed'), web('handed', 'web:1', 'none'), autoscaler('handed', 2))
    await fleet.push({ 'acme/all.yaml': all })
    const { stdout } = await fleet.plan('--explain')
    t.regex(stdout, /= spec\.replicas: 3\n +no longer in Git; the HorizontalPodAutoscaler web scales it\n/)
    t.is((await fleet.sync()).code, 0)
    const after = await live(controlPlane, 'handed', 'deployment/web')
    t.is(after && replicasOf(after), 3)
    t.is(after?.metadata.generation, (generation ?? 0) + 1, 'for the annotation')
    t.is((await fleet.plan()).code, 0)
  },
)

test.serial(
  'replicas that a person set are put back, with an autoscaler of something else in the namespace',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'person' })
    await fleet.push({ 'acme/all.yaml': documents(namespace('person'), web('person', 'web:1')) })
    await using reeve = fleet.run()
    await fleet.recorded('acme', () => true)
    await apply(
      controlPlane,
      autoscaler('person', 7, { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' }),
    )
    const since = new Date()
    await kubectl(controlPlane, '-n', 'person', 'scale', 'deployment/web', '--replicas=5')
    t.like(await reeve.logged('patched'), { reason: 'drift' })
    await replicasWhen(controlPlane, 'person', 3)
    const requests = await controlPlane.requests({ userAgent: 'reeve', since })
    t.true(requests.some(({ verb, name }) => verb === 'patch' && name === 'web'))
    t.false(requests.some(({ resource }) => resource === 'horizontalpodautoscalers'))
  },
)

test.serial('where Reeve may not list autoscalers the name of their controller counts', async (t) => {
  const { controlPlane } = t.context
  const role = ['--verb=*', '--resource=namespaces,configmaps,deployments.apps,leases.coordination.k8s.io']
  await kubectl(controlPlane, 'create', 'clusterrole', 'without-autoscalers', ...role)
  const { kubeconfig } = await newServiceAccount(controlPlane, 'without-autoscalers', 'without-autoscalers')
  await using fleet = await scaledFleet(controlPlane, 'blind', kubeconfig)
  const { stdout, code } = await fleet.plan('--explain')
  t.is(code, 0, stdout)
  t.regex(
    stdout,
    /= spec\.replicas: 7\n +Git says 3; a HorizontalPodAutoscaler set it; Reeve is not allowed to\s+list\s+autoscalers\n/,
  )
  await kubectl(controlPlane, '-n', 'blind', 'delete', 'hpa/web')
  await kubectl(controlPlane, '-n', 'blind', 'scale', 'deployment/web', '--replicas=5')
  t.is((await fleet.sync()).code, 0)
  t.is(await replicas(controlPlane, 'blind'), 3)
})

/** A repository with a Deployment of three replicas that an autoscaler of somebody else's scaled to seven. */
async function scaledFleet(controlPlane: ControlPlane, name: string, kubeconfig?: string): Promise<Fleet> {
  const fleet = await startFleet(controlPlane, { name, ...(kubeconfig && { kubeconfig }) })
  await fleet.push({ 'acme/all.yaml': documents(namespace(name), web(name, 'web:1')) })
  const { code, stderr } = await fleet.sync()
  if (code !== 0) throw new Error(stderr)
  await apply(controlPlane, autoscaler(name, 7))
  await replicasWhen(controlPlane, name, 7)
  return fleet
}

function web(inNamespace: string, image: string, replicas: number | 'none' = 3): string {
  const object = JSON.parse(deployment(inNamespace, 'web'))
  if (replicas === 'none') delete object.spec.replicas
  else object.spec.replicas = replicas
  object.spec.revisionHistoryLimit = 3
  object.spec.template.spec.containers[0].image = image
  return `${JSON.stringify(object)}\n`
}

function autoscaler(
  inNamespace: string,
  minReplicas: number,
  scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
): string {
  return `${JSON.stringify({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: inNamespace },
    spec: { scaleTargetRef, minReplicas, maxReplicas: 10 },
  })}\n`
}

function replicasOf({ spec }: LiveObject): number {
  return (spec as unknown as { replicas: number }).replicas
}

async function replicas(controlPlane: ControlPlane, inNamespace: string): Promise<number | undefined> {
  const found = await live(controlPlane, inNamespace, 'deployment/web')
  return found && replicasOf(found)
}

function replicasWhen(controlPlane: ControlPlane, inNamespace: string, wanted: number): Promise<LiveObject> {
  return liveWhen(
    controlPlane,
    inNamespace,
    'deployment/web',
    (object) => replicasOf(object) === wanted,
    60_000,
  )
}

function isObject(inNamespace: string) {
  return ({ namespace, resource }: { readonly namespace: string; readonly resource: string }) =>
    namespace === inNamespace && resource !== 'events'
}
