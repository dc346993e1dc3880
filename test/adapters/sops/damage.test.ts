import test from 'ava'
import fc from 'fast-check'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../src/model/json.ts'
import { decryptOne } from './decrypt-one.ts'
import { firstOf, fixture, keysOf } from './fixtures.ts'

const numRuns = Number(process.env.REEVE_PROPERTY_RUNS ?? 300)
const whole = firstOf(fixture('encrypted/both.yaml'))
const keys = keysOf('age-second.txt', 'openpgp-rsa.asc')

/** Where something stands: keys and indices. */
type Path = readonly string[]

function pathsOf(value: JsonValue, path: Path = []): readonly Path[] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [path, ...entries.flatMap(([key, part]) => pathsOf(part, [...path, key]))]
}

function replaced(value: JsonValue, [key, ...rest]: Path, part: JsonValue): JsonValue {
  if (key === undefined) return part
  if (isJsonArray(value)) return value.with(Number(key), replaced(value[Number(key)] ?? null, rest, part))
  return isJsonObject(value) ? { ...value, [key]: replaced(value[key] ?? null, rest, part) } : part
}

function at(value: JsonValue, path: Path): JsonValue {
  return path.reduce<JsonValue>((part, key) => Object(part)[key] ?? null, value)
}

/** Another value, or the same text with a piece cut out or put twice. */
function damaged(value: JsonValue): fc.Arbitrary<JsonValue> {
  const other = fc.jsonValue({ maxDepth: 2 }).map((json) => JSON.parse(JSON.stringify(json)) as JsonValue)
  if (typeof value !== 'string' || value === '') return other
  const cut = fc
    .tuple(fc.nat(value.length), fc.nat(value.length))
    .map(([start, end]) => value.slice(0, start) + value.slice(end))
  return fc.oneof(other, cut)
}

const damage = fc
  .constantFrom(...pathsOf(whole).filter((path) => path.length > 0))
  .chain((path) => damaged(at(whole, path)).map((part) => replaced(whole, path, part) as JsonObject))

test('a damaged file is a problem or, where the damage is to what nobody reads, the same; never an exception', async (t) => {
  const before = await decryptOne(whole, keys)
  const expected = 'value' in before ? JSON.stringify(before.value) : before.problem
  const property = fc.asyncProperty(damage, async (document) => {
    const after = await decryptOne(document, keys)
    if ('value' in after && JSON.stringify(after.value) !== expected)
      throw new Error(`it became ${JSON.stringify(after.value)}`)
    if ('problem' in after && /chat|correct horse/.test(after.problem)) throw new Error(after.problem)
  })
  await fc.assert(property, { numRuns, includeErrorInReport: true })
  t.true('value' in before)
})
