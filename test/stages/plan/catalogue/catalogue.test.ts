import { isDeepStrictEqual } from 'node:util'
import type { ExecutionContext } from 'ava'
import type { JsonObject } from '../../../../src/model/json.ts'
import { gvkOf, type KubernetesObject } from '../../../../src/model/object.ts'
import { builtinDefaults } from '../../../../src/stages/plan/schema/builtin-defaults.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { controlPlaneTest } from '../../../helpers/control-plane-test.ts'
import { type Bed, openBed } from './bed.ts'
import { type Defaulted, defaultedIn } from './defaulted.ts'
import { depending } from './depending.ts'
import { type Dissent, dissentByHand, dissentOfKubectl } from './dissent.ts'
import { explains, readExplanations } from './explained.ts'
import { leftOut } from './left-out.ts'
import { asTwin, loadCatalogue } from './load.ts'
import * as properties from './properties.ts'
import { type Outcome, TWINS } from './rounds.ts'
import { happen, type Story } from './story.ts'
import { unknownFields } from './unknown-fields.ts'

// Other changes by REEVE_CATALOGUE_SEED=7; README.md explains what those of this seed bring up.
const USUAL_SEED = '5'
const seed = process.env.REEVE_CATALOGUE_SEED ?? USUAL_SEED

const catalogue = await loadCatalogue()

// After what is awaited: ava begins as soon as a hook is declared and the file waits.
const test = controlPlaneTest()

let bed: Bed
let story: Story

test.before(async (t) => {
  t.timeout(600_000)
  bed = openBed(t.context.controlPlane)
  story = await happen(bed, catalogue, Number(seed))
})

test.after.always(() => bed?.[Symbol.asyncDispose]())

function schemaOf(object: KubernetesObject): MergeSchema {
  return bed.schemaOf(asTwin(object, TWINS.reeve))
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`
}

test('every kind that the server keeps objects of is in the catalogue', async (t) => {
  const served = (await bed.kinds()).all().filter(({ group }) => !group.endsWith('.example.com'))
  const there = new Set(catalogue.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))
  const missing = served
    .map(({ group, version, kind }) => `${group === '' ? version : `${group}/${version}`} ${kind}`)
    .filter((name) => !there.has(name))
  t.deepEqual(missing.toSorted(), Object.keys(leftOut).toSorted())
  t.true(served.length - missing.length >= 45)
})

test('the server publishes a schema that knows every field of the catalogue', (t) => {
  for (const object of catalogue) t.deepEqual(unknownFields(object, schemaOf(object)), [], nameOf(object))
})

/** What the server makes of a declaration, though no schema tells. */
const settling: Readonly<Record<string, readonly string[]>> = {
  // a feature that is off by default; admission adds its own tolerations
  'Pod pod': ['/spec/containers/[name=a]/lifecycle', '/spec/tolerations'],
  // admission adds a taint
  'Node node-twin': ['/spec/taints'],
}

test('an object needs one request, but where admission has a say', (t) => {
  const settled = story.created.filter(({ synced }) => synced.settled.length > 0)
  const found = settled.map(({ declared, synced }) => [nameOf(declared), synced.settled.toSorted()])
  t.deepEqual(Object.fromEntries(found), settling)
})

type Property = (outcome: Outcome, schema: MergeSchema) => properties.Problems

function holds(t: ExecutionContext, property: Property): void {
  const { created, changed, restored } = story
  const outcomes = Object.entries({ created, changed, restored }).flatMap(([round, all]) =>
    all.flatMap((outcome) =>
      property(outcome, schemaOf(outcome.declared)).map(
        (problem) => `${round} ${nameOf(outcome.declared)}: ${problem}`,
      ),
    ),
  )
  t.deepEqual(outcomes, [])
}

test('the changes are many', (t) => {
  const count = (of: (outcome: Outcome) => number): number =>
    story.changed.reduce((sum, outcome) => sum + of(outcome), 0)
  t.true(count(({ edits }) => edits.length) > catalogue.length)
  t.true(count(({ additions }) => additions.length) > catalogue.length / 2)
  t.true(count(({ synced }) => (synced.refused === undefined ? 0 : 1)) < catalogue.length / 10)
})

test('after applying a plan the next plan is empty, for whoever plans', (t) =>
  holds(t, properties.settlesDown))

test('what another writer added stays as it is', (t) => holds(t, properties.leavesOthersAlone))

test('what Git no longer declares is gone', (t) => holds(t, properties.removesWhatIsGone))

test('nothing changes but what Git changes', (t) => holds(t, properties.changesNothingElse))

test('the order of keys, and of elements of map lists and sets, makes no difference', (t) =>
  holds(t, properties.ignoresOrder))

test('drift is put back', (t) => {
  t.true(story.drifted.reduce((sum, { drift }) => sum + drift.length, 0) > catalogue.length)
  const found = story.drifted.flatMap((drifted) =>
    properties
      .healsDrift(drifted, schemaOf(drifted.declared))
      .map((problem) => `${nameOf(drifted.declared)}: ${problem}`),
  )
  t.deepEqual(found, [])
})

/** Where kubectl was refused before, its twin is another object by now. */
function dissentsOf(outcome: Outcome, before: Outcome | undefined): readonly Dissent[] {
  const schema = schemaOf(outcome.declared)
  const ways = (['client-side', 'server-side'] as const).filter((way) => !before || before.live[way])
  const kubectl = ways.flatMap((way) => dissentOfKubectl(outcome, way, schema))
  return [...kubectl, ...dissentByHand(outcome, schema)]
}

test('kubectl apply gives the same object, or README.md says why not', async (t) => {
  const explanations = await readExplanations()
  const found = [
    ...story.created.flatMap((outcome) => dissentsOf(outcome, undefined)),
    ...story.changed.flatMap((outcome) => dissentsOf(outcome, undefined)),
    ...story.restored.flatMap((outcome, index) => dissentsOf(outcome, story.changed[index])),
  ]
  t.deepEqual(
    found.filter((dissent) => !explanations.some((row) => explains(row, dissent))),
    [],
    'not explained',
  )
  const idle = explanations.filter((row) => !found.some((dissent) => explains(row, dissent)))
  if (seed === USUAL_SEED)
    t.deepEqual(
      idle.map(({ text }) => text),
      [],
      'explained, but does not happen',
    )
})

async function defaulted(): Promise<readonly Defaulted[]> {
  const found = story.created.map(async ({ declared, live: { reeve } }) => {
    const document = await bed.documentOf(asTwin(declared, TWINS.reeve))
    return reeve ? defaultedIn(declared as JsonObject, reeve, document, gvkOf(declared)) : []
  })
  return (await Promise.all(found)).flat()
}

test('what the server puts where a field is missing is known', async (t) => {
  const name = ({ component, field }: Defaulted): string =>
    `${component.replace('io.k8s.', '').replace('api.', '')} ${field}`
  const all = (await defaulted()).filter(({ value }) => value !== null)
  const surprising = all.filter((one) => !isDeepStrictEqual(one.preset, one.value))
  t.deepEqual([...new Set(surprising.map(name))].toSorted(), Object.keys(depending).toSorted())
  const seen = new Set(
    all.filter((one) => !surprising.includes(one)).map(({ component, field }) => `${component} ${field}`),
  )
  const table = Object.entries(builtinDefaults).flatMap(([component, fields]) =>
    Object.keys(fields).map((field) => `${component} ${field}`),
  )
  t.deepEqual(
    table.filter((entry) => !seen.has(entry)),
    [],
    'never put there by the server',
  )
})
