import { randomUUID } from 'node:crypto'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { gvkOf, idOf, type KubernetesObject, keyOf, type LiveObject } from '../../../src/model/object.ts'
import type { CreatePlan, ObjectPlan, PatchOperation, PatchPlan } from '../../../src/model/plan.ts'
import type { Kinds } from '../../../src/model/schema.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import type { ApplyContext } from '../../../src/stages/apply/apply-context.ts'
import { applyObject } from '../../../src/stages/apply/apply-object.ts'
import { applyPlan } from '../../../src/stages/apply/apply-plan.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { apply, kubectl } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'

interface Context {
  readonly controlPlane: ControlPlane
  readonly client: ClusterClient
  readonly kinds: Kinds
}

// With controllers: the garbage collector ends deletions in the foreground.
const test = controlPlaneTest({ controllers: true }, async ({ kubeconfig }) => {
  const client = new ClusterClient(() => loadKubeConfig(kubeconfig))
  return { client, kinds: await new Discovery(client).kinds() }
})

test.after.always(({ context }) => context.client?.[Symbol.asyncDispose]())

function contextOf({ client, kinds }: Context, more: Partial<ApplyContext> = {}): ApplyContext {
  return {
    client,
    writer: () => client,
    resourceOf: (plan) => {
      const object = 'desired' in plan ? plan.desired : plan.live
      return object && kinds.resource(gvkOf(object))
    },
    replan: async (plan) => ({ action: 'unchanged', key: plan.key }),
    onWritten: () => {},
    onWarning: () => {},
    ...more,
  }
}

function map(name: string, data: Record<string, string> = {}, namespace = 'default'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }
}

const home = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

function create(desired: KubernetesObject): CreatePlan {
  const origin = { file: 'acme/a.yaml', line: 7, document: 0, pointer: '' }
  return { action: 'create', key: keyOf(desired), desired, origin }
}

function patch(live: LiveObject, desired: KubernetesObject, ...operations: PatchOperation[]): PatchPlan {
  const guards = [
    { op: 'test', path: '/metadata/uid', value: live.metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
  ] as const
  return { action: 'patch', key: keyOf(live), live, desired, patch: [...guards, ...operations] }
}

async function createLive({ controlPlane }: Context, name: string): Promise<LiveObject> {
  await apply(controlPlane, configMap('default', name, { a: '1' }))
  return read(controlPlane, name)
}

async function read(controlPlane: ControlPlane, name: string): Promise<LiveObject> {
  return JSON.parse(await kubectl(controlPlane, 'get', `configmap/${name}`, '-o', 'json'))
}

test('namespaces come before what is in them, and deletions last', async (t) => {
  const old = await createLive(t.context, 'stages-old')
  const written: string[] = []
  const outcomes = await applyPlan(
    [
      { action: 'delete', key: keyOf(old), live: old },
      create(map('one', {}, 'stages')),
      create(home('stages')),
    ],
    contextOf(t.context, { onWritten: ({ key, action }) => void written.push(`${action} ${key.name}`) }),
  )
  t.deepEqual(outcomes.map(({ result }) => result).sort(), ['created', 'created', 'deleted'])
  t.deepEqual(written, ['create stages', 'create one', 'delete stages-old'])
})

test('what the API server warns of is told with the object', async (t) => {
  const warnings: string[] = []
  const onWarning = ({ key }: ObjectPlan, warning: string) => void warnings.push(`${key.name}: ${warning}`)
  const metadata = { name: 'outdated', namespace: 'default' }
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [] }
  await applyPlan([create(endpoints), create(map('current'))], contextOf(t.context, { onWarning }))
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /^outdated: v1 Endpoints is deprecated/)
})

test("one object's failure stops no other, and is told with its place in Git", async (t) => {
  const bad = { ...map('bad'), extra: { a: 'b' } }
  const outcomes = await applyPlan([create(bad), create(map('fine'))], contextOf(t.context))
  const failed = outcomes.find(({ result }) => result === 'failed')
  t.like(failed, {
    fault: {
      code: 'unknown-field',
      pointer: '/extra',
      object: idOf(keyOf(bad)),
      location: { file: 'acme/a.yaml', line: 7 },
    },
  })
  t.is(outcomes.filter(({ result }) => result === 'created').length, 1)
})

test('a guarded patch never hits an object that changed meanwhile: it is planned again', async (t) => {
  const { controlPlane } = t.context
  const stale = await createLive(t.context, 'moved')
  await kubectl(controlPlane, 'patch', 'configmap/moved', '--type=merge', '-p', '{"data":{"b":"2"}}')
  const set = { op: 'replace', path: '/data/a', value: '3' } as const
  const seen: (string | undefined)[] = []
  const replan = async (_plan: ObjectPlan, live: LiveObject | undefined): Promise<ObjectPlan> => {
    seen.push(live?.metadata.resourceVersion)
    return live ? patch(live, map('moved'), set) : { action: 'unchanged', key: keyOf(stale) }
  }
  const outcome = await applyObject(patch(stale, map('moved'), set), contextOf(t.context, { replan }))
  t.is(outcome.result, 'patched')
  t.is(seen.length, 1)
  t.not(seen[0], stale.metadata.resourceVersion)
  t.deepEqual((await read(controlPlane, 'moved')).data, { a: '3', b: '2' })
})

test('an object of the same name but another uid is never patched or deleted', async (t) => {
  const { controlPlane } = t.context
  const old = await createLive(t.context, 'again')
  await kubectl(controlPlane, 'delete', 'configmap/again')
  const young = await createLive(t.context, 'again')
  const context = contextOf(t.context)
  await applyObject({ action: 'delete', key: keyOf(old), live: old }, context)
  await applyObject(patch(old, map('again'), { op: 'replace', path: '/data/a', value: 'x' }), context)
  t.deepEqual(await read(controlPlane, 'again'), young)
})

test('creating what is there already is planned again with what is there', async (t) => {
  const live = await createLive(t.context, 'there')
  const seen: (LiveObject | undefined)[] = []
  const outcome = await applyObject(
    create(map('there')),
    contextOf(t.context, {
      replan: async ({ key }, found) => {
        seen.push(found)
        return { action: 'unchanged', key }
      },
    }),
  )
  t.is(outcome.result, 'unchanged')
  t.is(seen[0]?.metadata.uid, live.metadata.uid)
})

test('deleting what is gone already is a deletion', async (t) => {
  const live = await createLive(t.context, 'gone')
  await kubectl(t.context.controlPlane, 'delete', 'configmap/gone')
  const outcome = await applyObject({ action: 'delete', key: keyOf(live), live }, contextOf(t.context))
  t.is(outcome.result, 'deleted')
})

test('an object that moves at every try is given up for now', async (t) => {
  const { controlPlane } = t.context
  const live = await createLive(t.context, 'restless')
  const set = { op: 'replace', path: '/data/a', value: 'x' } as const
  const replan = async (): Promise<ObjectPlan> => {
    const data = { data: { b: randomUUID() } }
    const before = await read(controlPlane, 'restless')
    await kubectl(controlPlane, 'patch', 'configmap/restless', '--type=merge', '-p', JSON.stringify(data))
    return patch(before, map('restless'), set)
  }
  await replan()
  const outcome = await applyObject(patch(live, map('restless'), set), contextOf(t.context, { replan }))
  t.like(outcome, { result: 'failed', fault: { code: 'contended' } })
  t.is(((await read(controlPlane, 'restless')).data as unknown as { a: string }).a, '1')
})

test('an immutable field is a fault until the annotation allows a replacement', async (t) => {
  const { controlPlane } = t.context
  const manifest = configMap('default', 'fixed', { a: '1' }).replace('"data"', '"immutable": true, "data"')
  await apply(controlPlane, manifest)
  const live = await read(controlPlane, 'fixed')
  const desired: KubernetesObject = { ...map('fixed', { a: '2' }), immutable: true }
  const set = { op: 'replace', path: '/data/a', value: '2' } as const
  const refused = await applyObject(patch(live, desired, set), contextOf(t.context))
  t.like(refused, { result: 'failed', fault: { code: 'needs-replacement' } })

  const annotations = { 'reeve.dev/replace': 'true' }
  const replacing = { ...desired, metadata: { ...desired.metadata, annotations } }
  const replaced = await applyObject(patch(live, replacing, set), contextOf(t.context))
  t.is(replaced.result, 'patched')
  const after = await read(controlPlane, 'fixed')
  t.deepEqual(after.data, { a: '2' })
  t.not(after.metadata.uid, live.metadata.uid)
})

test('a create that lacks something is not sent, and one that came too early is sent again', async (t) => {
  const { controlPlane } = t.context
  const early = create(map('early', {}, 'later'))
  const lost = await applyObject(early, contextOf(t.context))
  t.like(lost, { result: 'failed', fault: { code: 'waiting-for-namespace' } })
  const waiting = { result: 'waiting', key: early.key, reason: 'Namespace later' } as const
  const lacking = { missing: async () => waiting, refused: () => Promise.reject(new Error('it was sent')) }
  t.is(await applyObject(early, contextOf(t.context, { prerequisites: lacking })), waiting)
  const coming = {
    missing: () => undefined,
    refused: async () => {
      await kubectl(controlPlane, 'create', 'namespace', 'later')
      return { outcome: waiting, isOver: true }
    },
  }
  t.is((await applyObject(early, contextOf(t.context, { prerequisites: coming }))).result, 'created')
})

test('an error while an object is planned again is the fault of that object, at its place in Git', async (t) => {
  const live = await createLive(t.context, 'replanned')
  const replan = () => Promise.reject(new Error('a bug'))
  const outcome = await applyObject(create(map('replanned')), contextOf(t.context, { replan }))
  t.is(live.metadata.name, 'replanned')
  t.like(outcome, {
    result: 'failed',
    fault: { code: 'internal', location: { file: 'acme/a.yaml', line: 7 }, object: idOf(keyOf(live)) },
  })
})
