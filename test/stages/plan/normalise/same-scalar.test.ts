import test from 'ava'
import type { JsonValue } from '../../../../src/model/json.ts'
import type { ScalarFormat } from '../../../../src/model/schema.ts'
import { sameScalar } from '../../../../src/stages/plan/normalise/same-scalar.ts'

type Case = readonly [format: ScalarFormat, declared: JsonValue, live: JsonValue]

const same: readonly Case[] = [
  ['plain', 'a', 'a'],
  ['plain', 1, 1],
  ['quantity', '1000m', '1'],
  ['quantity', '1024Mi', '1Gi'],
  ['quantity', 0.5, '500m'],
  ['quantity', 2, '2'],
  ['quantity', '128974848000m', '128974848'],
  ['duration', '1h', '60m'],
  ['duration', '1h', '1h0m0s'],
  ['duration', '1.5h', '1h30m0s'],
  ['duration', '-1m', '-60s'],
  ['duration', '0', '0s'],
  ['duration', '1ms', '1000µs'],
  ['time', '2024-01-01T02:00:00+02:00', '2024-01-01T00:00:00Z'],
  ['time', '2024-01-01T00:00:00.9Z', '2024-01-01T00:00:00Z'],
  ['time', '2024-01-01T00:00:00.123456789Z', '2024-01-01T00:00:00.123456Z'],
  ['bytes', 'aGVs\nbG8=\n', 'aGVsbG8='],
  ['bytes', 'aGk=', 'aGk='],
  ['bytes', 'aGl=', 'aGk='],
  ['int-or-string', '25%', '25%'],
]

const different: readonly Case[] = [
  ['plain', '1', 1],
  ['plain', '1000m', '1'],
  ['plain', false, 0],
  ['int-or-string', '80', 80],
  ['int-or-string', '080', '80'],
  ['quantity', '1', '1Gi'],
  ['quantity', 'a lot', '1'],
  ['quantity', true, '1'],
  ['duration', '1h', '61m'],
  ['duration', 'soon', '1h'],
  ['duration', '1d', '24h'],
  ['time', '2024-01-01T00:00:01Z', '2024-01-01T00:00:00Z'],
  ['time', '2024-01-01', '2024-01-01T00:00:00Z'],
  ['time', '2024-13-01T00:00:00Z', '2024-01-01T00:00:00Z'],
  ['bytes', 'aGVsbG8=', 'aGVsbHA='],
  ['bytes', 'not base64', 'aGk='],
  ['bytes', 'aG k=', 'aGk='],
]

for (const [format, declared, live] of same) {
  test(`as ${format}, ${JSON.stringify(declared)} is the same as ${JSON.stringify(live)}`, (t) => {
    t.true(sameScalar(declared, live, format))
  })
}

for (const [format, declared, live] of different) {
  test(`as ${format}, ${JSON.stringify(declared)} differs from ${JSON.stringify(live)}`, (t) => {
    t.false(sameScalar(declared, live, format))
  })
}
