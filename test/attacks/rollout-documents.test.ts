import test from 'ava'
import fc from 'fast-check'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/model/json.ts'
import { readOwnDocument } from '../../src/stages/declare/documents/own-document.ts'
import { declareFiles } from '../helpers/declare-files.ts'

const RUNS = Number(process.env.REEVE_ATTACK_RUNS ?? 1_000)
const SEED = Number(process.env.REEVE_ATTACK_SEED ?? 7)

const YEAR = 365 * 86_400_000

/** What each field may be, valid and not. */
const texts = fc.oneof(
  fc.constantFrom(
    '10%',
    '0s',
    '1h',
    '1e9d',
    '* * * * *',
    '0 0 31 2 *',
    'UTC',
    '../..',
    'rollback',
    'manual',
    'deny',
  ),
  fc.constantFrom('2026-12-27T06:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '__proto__', ''),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[0-9*,/LW#?-]{1,4}( [0-9*,/LW#?-]{1,4}){4}$/),
  fc.stringMatching(/^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h|d)$/),
)
const scalars: fc.Arbitrary<JsonValue> = fc.oneof(
  texts,
  fc.integer(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)
const window = fc.record(
  { kind: scalars, schedule: scalars, duration: scalars, timeZone: scalars },
  { requiredKeys: [] },
)
const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  maxUnavailable: scalars,
  tolerate: scalars,
  failureBudget: scalars,
  order: scalars,
  pauseBetween: scalars,
  minReady: scalars,
  timeout: scalars,
  paused: scalars,
  onFailure: scalars,
  approve: scalars,
  rollback: fc.oneof(scalars, fc.record({ all: scalars })),
  after: fc.oneof(
    scalars,
    fc.array(fc.record({ group: texts, soak: scalars }, { requiredKeys: [] }), { maxLength: 3 }),
  ),
  windows: fc.oneof(scalars, fc.array(fc.oneof(window, scalars), { maxLength: 2 })),
  freeze: fc.oneof(scalars, fc.record({ until: texts, reason: texts }, { requiredKeys: [] })),
  skip: fc.oneof(scalars, fc.array(scalars, { maxLength: 3 })),
}
const rollouts = fc
  .subarray(Object.keys(FIELDS), { minLength: 1, maxLength: 2 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, FIELDS[name] ?? scalars]))))

/** All numbers in a value. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  if (Array.isArray(value)) return value.flatMap(numbersIn)
  return isJsonObject(value) ? Object.values(value).flatMap(numbersIn) : []
}

test('a rollout of any values at all is refused with its places, or read as numbers within bounds', (t) => {
  let accepted = 0
  const property = fc.property(rollouts, (rollout) => {
    const value = {
      apiVersion: 'reeve.dev/v1alpha1',
      kind: 'InstallationGroup',
      metadata: { name: 'production' },
      spec: { rollout: rollout as JsonObject },
    }
    const read = readOwnDocument('InstallationGroup', value, '')
    if ('defects' in read) return read.defects.every(({ pointer }) => pointer.startsWith('/spec/rollout'))
    accepted += 1
    const { freeze, ...rest } = 'rollout' in read.document ? (read.document.rollout ?? {}) : {}
    const dates = freeze === undefined ? [] : [freeze.until]
    return (
      dates.every((date) => !Number.isNaN(new Date(date).getTime())) &&
      numbersIn(rest).every((number) => number >= 0 && number <= YEAR)
    )
  })
  t.notThrows(() => fc.assert(property, { numRuns: RUNS, seed: SEED }))
  t.log(`${accepted} of ${RUNS} accepted`)
  t.true(accepted > RUNS / 100)
})

test('hundreds of groups that each come after twenty others, all in circles, are told within bounds', async (t) => {
  const count = 500
  const documents = Array.from({ length: count }, (_, index) => {
    const after = Array.from({ length: 20 }, (_, ring) => `{group: g${(index + 1 + ring * 7) % count}}`)
    return `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: g${index}}\nspec: {rollout: {after: [${after}]}}\n`
  })
  const { tree } = await declareFiles({ 'groups.yaml': documents.join('---\n') })
  const faults = [...tree.groups.values()].flatMap((group) => group.faults)
  t.is(faults.length, count * 20)
  t.true(faults.every(({ code, message }) => code === 'rollout-cycle' && message.length < 1_000))
})

test('a name of a ring cannot write to a terminal', async (t) => {
  const { tree } = await declareFiles({
    'groups.yaml':
      'apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: a}\nspec: {rollout: {after: [{group: "\\e[31m\\nroot: healthy"}]}}\n',
  })
  const [fault] = tree.groups.get('a')?.faults ?? []
  t.is(fault?.message, 'no such InstallationGroup: "\\u001b[31m\\nroot: healthy"')
})
