import test, { type ExecutionContext } from 'ava'
import type { JsonObject } from '../../src/model/json.ts'
import { keyFile } from '../helpers/option-file.ts'
import { AGE_KEY, chartWith, documentWith } from './derived-secrets.ts'
import { isContained } from './is-contained.ts'

const TEMPLATE = 'templates/app'
const FINE = '2 installations, 3 objects, no faults.\n'

test.serial('10,000 secrets and 10,000 texts', async (t) => {
  const secrets = numbered(10_000, (index) => `secret-${(index * 7919).toString(36)}-value-${index}`)
  const texts = numbered(10_000, (index) => `plain text number ${index}`)
  t.is(await resultOf(t, secrets, texts), FINE)
})

test.serial('a secret of 75,000 lines and 60,000 texts', async (t) => {
  const lines = Array.from({ length: 75_000 }, (_, index) => `line-of-a-secret-number-${index}`)
  const texts = numbered(60_000, (index) => `plain text number ${index}`)
  t.is(await resultOf(t, { password: lines.join('\n') }, texts), FINE)
})

test.serial('10,000 secrets that begin alike, and texts that begin like them everywhere', async (t) => {
  const beginning = 'ab'.repeat(100)
  const secrets = numbered(10_000, (index) => `${beginning}${index}`)
  t.is(await resultOf(t, secrets, { text: 'ab'.repeat(1_000_000) }), FINE)
})

test.serial('a secret of half a million letters, and a text of two million that are almost it', async (t) => {
  const letters = 'a'.repeat(500_000)
  const text = `${letters.slice(1)}c`.repeat(4)
  t.is(await resultOf(t, { password: `${letters}b`, other: `b${letters}` }, { text }), FINE)
})

test.serial('3,000 secrets of 400 characters, and a chart that fails with stand-ins', async (t) => {
  const secrets = numbered(3_000, (index) =>
    `secret-${index}-${(index * 7919).toString(36).repeat(100)}`.slice(0, 400),
  )
  const text = `{{ if not (hasPrefix "secret" (index .Values "value-0")) }}{{ fail "x" }}{{ end }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n`
  const files = { ...chartWith({ 'x.yaml': text }), ...(await documentWith(secrets)) }
  const { stdout } = await isContained(t, files as Record<string, string>, ...(await keyFile(t, AGE_KEY)))
  t.regex(stdout, /: the name of an object is made of a secret, /)
})

async function resultOf(t: ExecutionContext, secrets: JsonObject, texts: JsonObject): Promise<string> {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: texts }
  const files = {
    ...(await documentWith(secrets, {}, TEMPLATE)),
    [`${TEMPLATE}/map.json`]: JSON.stringify(map),
  }
  const { stdout } = await isContained(t, files as Record<string, string>, ...(await keyFile(t, AGE_KEY)))
  return stdout
}

function numbered(count: number, value: (index: number) => string): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`value-${index}`, value(index)]))
}
