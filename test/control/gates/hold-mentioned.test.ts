import test from 'ava'
import type { Member } from '../../../src/control/fleet/member.ts'
import { holdMentioned } from '../../../src/control/gates/hold-mentioned.ts'
import { fault } from '../../../src/model/fault.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ObjectPlan } from '../../../src/model/plan.ts'
import { NO_RULES } from '../../../src/model/rules.ts'

const live: LiveObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'moved', namespace: 'a', uid: 'u', resourceVersion: '1' },
}
const key = { group: '', kind: 'ConfigMap', namespace: 'a', name: 'moved' }
const deletion: ObjectPlan = { action: 'delete', key, live }

function member(file?: string): Member {
  const faults = file === undefined ? [] : [fault('yaml-syntax', '', { location: { file, line: 1 } })]
  return {
    name: 'beta',
    id: 'beta',
    attempted: { name: 'beta', id: 'beta', source: 's', objects: [], dependsOn: [], rules: NO_RULES, faults },
    target: undefined,
    kinds: { resource: () => undefined, preferred: () => undefined, all: () => [], unavailable: [] },
    objects: new Map(),
    document: undefined,
    objectKinds: [],
    refused: [],
    blocked: [],
    waves: new Set([0]),
    claims: [],
  }
}

test('what a broken file mentions is not deleted: it may have moved there', async (t) => {
  const [plan] = await holdMentioned([deletion], [member('beta/x.yaml')], async () => 'name: moved\n: [')
  t.is(plan?.action, 'blocked')
  t.true(plan?.action === 'blocked' && plan.fault.message.includes('beta/x.yaml'))
})

test('what a file mentions that a broken installation is made from is not deleted', async (t) => {
  const overlay = member('beta/kustomization.yaml')
  const made = { ...overlay, attempted: { ...overlay.attempted, sources: ['base/cm.yaml'] } }
  const text = async (file: string) => (file === 'base/cm.yaml' ? 'name: moved' : 'resources: [../base]')
  const held = await holdMentioned([deletion], [made], text)
  t.deepEqual(
    held.map(({ action }) => action),
    ['blocked'],
  )
})

test('what no broken file mentions is deleted', async (t) => {
  const text = async () => 'name: other\n: ['
  t.deepEqual(await holdMentioned([deletion], [member('beta/x.yaml')], text), [deletion])
  t.deepEqual(await holdMentioned([deletion], [member('beta/x.yaml')], async () => undefined), [deletion])
})

test('without faults no file is looked at', async (t) => {
  const text = async () => t.fail('a file was read') as never
  t.deepEqual(await holdMentioned([deletion], [member()], text), [deletion])
})

test('of an installation that is gone nothing is deleted while a broken file mentions it', async (t) => {
  const text = async () => 'kind: Installation\nmetadata: {name: acme}\nspec: {'
  const held = await holdMentioned([deletion], [member('fleet/acme.yaml')], text, 'acme')
  t.deepEqual(
    held.map(({ action }) => action),
    ['blocked'],
  )
  t.deepEqual(await holdMentioned([deletion], [member('fleet/acme.yaml')], text, 'other'), [deletion])
})

test('where there are too many names and files to search, all deletions are held', async (t) => {
  const many: ObjectPlan[] = Array.from({ length: 10_000 }, (_, n) => ({
    action: 'delete',
    key: { ...key, name: `gone-${n}` },
    live,
  }))
  const members = Array.from({ length: 100 }, (_, n) => member(`broken-${n}.yaml`))
  let read = 0
  const text = async () => {
    read += 1
    return 'x'.repeat(1_000_000)
  }
  const start = process.threadCpuUsage()
  const plans = await holdMentioned(many, members, text)
  t.true(plans.every(({ action }) => action === 'blocked'))
  t.true(process.threadCpuUsage(start).user / 1_000 < 30_000)
  t.is(read, 1, 'no more is read than is searched')
})
