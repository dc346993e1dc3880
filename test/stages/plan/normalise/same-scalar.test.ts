import test from 'ava'
import { type JsonValue, writeJson } from '../../../../src/model/json.ts'
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
  ['plain', 9007199254740993n, 9007199254740993n],
  ['plain', 18446744073709551615n, 18446744073709552000],
  ['plain', -9223372036854775809n, -9223372036854776000],
  ['double', 9223372036854775807n, 9223372036854776000],
  ['double', 9007199254740993n, 9007199254740992],
  ['quantity', 9007199254740993n, '9007199254740993'],
]

const different: readonly Case[] = [
  ['plain', '1', 1],
  ['plain', '1000m', '1'],
  ['plain', false, 0],
  ['plain', 9007199254740993n, 9007199254740992],
  ['plain', 9223372036854775807n, 9223372036854776000],
  ['plain', 9223372036854775807n, 9223372036854775806n],
  ['double', 9223372036854775807n, 9223372036854775806n],
  ['plain', 9007199254740993n, '9007199254740993'],
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
  test(`as ${format}, ${writeJson(declared)} is the same as ${writeJson(live)}`, (t) => {
    t.true(sameScalar(declared, live, format))
  })
}

for (const [format, declared, live] of different) {
  test(`as ${format}, ${writeJson(declared)} differs from ${writeJson(live)}`, (t) => {
    t.false(sameScalar(declared, live, format))
  })
}
