import test from 'ava'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import { standInForSecret } from '../../../../src/stages/render/secrets/secret-object.ts'

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
const decoded = (value: JsonValue | undefined) => Buffer.from(String(value), 'base64')

test('a Secret of the cluster has other values and annotations, and the same keys and identity', (t) => {
  const binary = Buffer.from([0, 255, 128, 7])
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db', uid: 'u', annotations: { 'reeve.dev/applied': 'x 3fA9', plain: 'yes' } },
    data: { pass: Buffer.from('hunter').toString('base64'), key: binary.toString('base64') },
    type: 'Opaque',
  }
  const other = standInForSecret(secret)
  t.like(other, { apiVersion: 'v1', kind: 'Secret', type: 'Opaque' })
  const { annotations, ...identity } = object(other.metadata)
  t.deepEqual(identity, { name: 'db', uid: 'u' })
  t.deepEqual(Object.keys(object(annotations)), ['reeve.dev/applied', 'plain'])
  t.not(object(annotations)['reeve.dev/applied'], 'x 3fA9')
  t.regex(decoded(object(other.data).pass).toString(), /^(?!hunter)[a-z]{6}$/)
  const bytes = decoded(object(other.data).key)
  t.is(bytes.length, 4)
  t.true(bytes.every((byte, index) => byte !== binary[index]))
})
