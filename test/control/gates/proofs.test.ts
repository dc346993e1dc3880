import test from 'ava'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import type { Lookup } from '../../../src/control/fleet/history.ts'
import { Proofs } from '../../../src/control/gates/proofs.ts'
import { fault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL } from '../../../src/model/labels.ts'
import { notice } from '../../../src/model/notice.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { NO_RULES } from '../../../src/model/rules.ts'
import type { Kinds } from '../../../src/model/schema.ts'
import { Secret } from '../../../src/model/secret.ts'
import { formatApplied } from '../../../src/stages/plan/applied.ts'
import { Sealer } from '../../../src/stages/plan/sealer.ts'
import { CONFIG_MAPS } from '../../helpers/config-maps.ts'
import {
  appliedLive,
  configMap,
  labels,
  liveOf,
  owner,
  resolvedOf,
} from '../../stages/plan/helpers/objects.ts'

const kinds = kindsOf([CONFIG_MAPS])
const sealer = new Sealer(new Secret(Buffer.alloc(32, 1).toString('base64')))
const declared = configMap({ a: '1' })

const acme: Installation = {
  name: 'acme',
  id: 'acme',
  source: '',
  objects: [resolvedOf(declared)],
  dependsOn: [],
  rules: NO_RULES,
  faults: [],
}

/** As an earlier Reeve marked it. */
function earlier(metadata: object = {}, digest = resolvedOf(declared).digest): LiveObject {
  const text = formatApplied({ revision: owner.revision, digest, settled: '' })
  return liveOf(declared, {
    annotations: { [APPLIED_ANNOTATION]: text },
    labels: labels('acme'),
    ...metadata,
  })
}

function proofsFrom(found: Lookup, by: () => Sealer | undefined = () => sealer, served = kinds) {
  const asked: string[] = []
  const told: string[] = []
  const proofs = new Proofs({
    repository: 'fleet',
    sealer: by,
    installations: () => ['beta', 'acme'],
    lookUp: async ({ own }, id) => {
      asked.push(`${own.slice(0, 1)} ${id}`)
      return found
    },
    kinds: () => served,
    namespace: 'default',
    onUnproven: (_live, { message }) => told.push(message),
  })
  return { proofs, asked, told }
}

const GONE: Lookup = { lacks: 'commit' }

test('a seal that fits proves at sight, without a look into Git', async (t) => {
  const { proofs, asked } = proofsFrom(GONE)
  const live = appliedLive(declared, {}, { ...owner, sealer })
  t.is(proofs.of(live), 'made')
  await proofs.prove([live])
  t.deepEqual(asked, [])
})

test('an object whose label of the installation was taken off is proven by its seal', (t) => {
  const { [INSTALLATION_LABEL]: _gone, ...rest } = labels('acme')
  const live = appliedLive(declared, { labels: rest }, { ...owner, sealer })
  t.is(proofsFrom(GONE).proofs.of(live), 'made')
})

test('without the key that sealed a mark, Git proves', async (t) => {
  const live = appliedLive(declared, {}, { ...owner, sealer })
  const other = new Sealer(new Secret(Buffer.alloc(32, 2).toString('base64')))
  for (const by of [undefined, other]) {
    const { proofs } = proofsFrom({ installation: acme }, () => by)
    t.is(proofs.of(live), 'open')
    await proofs.prove([live])
    t.is(proofs.of(live), 'made')
  }
})

const verdicts: readonly (readonly [string, Lookup, LiveObject, string, RegExp])[] = [
  ['declared as it is', { installation: acme }, earlier(), 'made', /./],
  [
    'of a commit that is gone',
    GONE,
    earlier(),
    'unproven',
    /aaaaaaaaaaaa is not a commit of the repository$/,
  ],
  ['of no installation', { lacks: 'installation' }, earlier(), 'unproven', /has no such installation$/],
  [
    'declared otherwise',
    { installation: acme },
    earlier({}, 'abcdef-_ABCDEF12'),
    'unproven',
    /declare it in this form$/,
  ],
  [
    'of another name',
    { installation: acme },
    earlier({ name: 'other' }),
    'unproven',
    /declare it in this form$/,
  ],
  [
    'in another namespace',
    { installation: acme },
    earlier({ namespace: 'us' }),
    'unproven',
    /declare it in this form$/,
  ],
  ['that cannot be told', { fault: fault('git-unreachable', 'x') }, earlier(), 'open', /: x$/],
  [
    'of a template that cannot be had now',
    { installation: { ...acme, objects: [], faults: [fault('template-unavailable', 'y')] } },
    earlier(),
    'open',
    /: y$/,
  ],
  [
    'of a chart that makes up values',
    { installation: { ...acme, notices: [notice('varying-template', '')] } },
    earlier({}, 'abcdef-_ABCDEF12'),
    'made',
    /./,
  ],
  [
    'with text for a mark',
    GONE,
    earlier({ annotations: { [APPLIED_ANNOTATION]: 'x' } }),
    'unproven',
    /is invalid$/,
  ],
  [
    'with the mark of another object',
    { installation: acme },
    liveOf(appliedLive(declared, {}, { ...owner, sealer }), { name: 'copy' }),
    'unproven',
    /belongs to another object$/,
  ],
  [
    'with the label of another installation',
    { lacks: 'installation' },
    appliedLive(declared, { labels: labels('beta') }, { ...owner, sealer }),
    'unproven',
    /has no such installation$/,
  ],
]

for (const [what, found, live, verdict, why] of verdicts)
  test(`an object ${what} is ${verdict}`, async (t) => {
    const { proofs, told } = proofsFrom(found)
    await proofs.prove([live])
    t.is(proofs.of(live), verdict as never)
    t.regex(proofs.problemOf(live).message, why)
    t.is(told.length, verdict === 'unproven' ? 1 : 0)
  })

test('a verdict is found and told once for a mark, and what is open is asked for again', async (t) => {
  const unproven = proofsFrom(GONE)
  for (const resourceVersion of ['1', '2', '3']) await unproven.proofs.prove([earlier({ resourceVersion })])
  t.deepEqual([unproven.asked.length, unproven.told.length], [1, 1])
  await unproven.proofs.prove([earlier({}, 'abcdef-_ABCDEF12')])
  await unproven.proofs.prove([earlier({ uid: 'another' })])
  t.deepEqual([unproven.asked.length, unproven.told.length], [3, 3])

  const open = proofsFrom({ fault: fault('git-unreachable', '') })
  for (const resourceVersion of ['1', '2']) await open.proofs.prove([earlier({ resourceVersion })])
  t.deepEqual([open.asked.length, open.told.length], [2, 0])
})

test('objects of one revision and installation are looked up together', async (t) => {
  const { proofs, asked } = proofsFrom({ installation: acme })
  await proofs.prove([
    earlier(),
    earlier({ uid: 'b', name: 'b' }),
    earlier({ uid: 'c', labels: labels('beta') }),
  ])
  t.deepEqual(asked, ['a acme', 'a beta'])
})

test('a version that is served no more proves all the same, and a kind that is not served is waited for', async (t) => {
  const then = resolvedOf({ ...declared, apiVersion: 'v1beta1' })
  const live = earlier({}, then.digest)
  const found = { installation: { ...acme, objects: [then] } }
  const verdictWith = async (by: Kinds, lookup: Lookup) => {
    const { proofs } = proofsFrom(lookup, () => sealer, by)
    await proofs.prove([live])
    return proofs.of(live)
  }
  t.is(await verdictWith(kinds, found), 'made')
  t.is(await verdictWith(kindsOf([]), { installation: { ...acme, objects: [] } }), 'open')
})

test('what is gone is forgotten', async (t) => {
  const { proofs, asked } = proofsFrom(GONE)
  await proofs.prove([earlier()])
  proofs.keep({ get: () => undefined })
  await proofs.prove([earlier()])
  t.is(asked.length, 2)
})
