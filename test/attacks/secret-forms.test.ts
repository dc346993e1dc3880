import test from 'ava'
import fc from 'fast-check'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import { chartWith, parts, shownOf, withSecrets } from './derived-secrets.ts'

const PEM =
  '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQDLxyz1\n-----END KEY-----\n'

const SECRET = {
  user: 'marvin-user',
  password: 'Tr0ub4dor&3"x\\y',
  short: 'q7Z',
  pin: 987654321,
  large: 1234567890123,
  cert: PEM,
  encoded: Buffer.from('correct horse battery').toString('base64'),
}

/** What a template may make of a secret; none of it may be shown. */
const FORMS: Readonly<Record<string, string>> = {
  'as it is': '{{ .Values.password | quote }}',
  'base64 of user:password': '{{ printf "%s:%s" .Values.user .Values.password | b64enc }}',
  'in JSON': "'{{ toJson .Values.password }}'",
  'upper case': '{{ upper .Values.password | quote }}',
  'lower case': '{{ lower .Values.password | quote }}',
  'the first eight characters': '{{ trunc 8 .Values.password | quote }}',
  'the first character': '{{ trunc 1 .Values.password | quote }}',
  'the last three': '{{ trunc -3 .Values.password | quote }}',
  reversed:
    '{{ $r := "" }}{{ range splitList "" .Values.password }}{{ $r = print . $r }}{{ end }}{{ $r | quote }}',
  hexadecimal: '{{ printf "%x" .Values.password | quote }}',
  'a digest': '{{ sha256sum .Values.password }}',
  'a short digest': '{{ adler32sum .Values.password | quote }}',
  'a salted digest': '{{ htpasswd .Values.user .Values.password | quote }}',
  'the first line of a key': '{{ index (splitList "\\n" .Values.cert) 1 | quote }}',
  indented: '|\n{{ .Values.cert | indent 4 }}',
  'a number in exponent form': '{{ .Values.pin | float64 | quote }}',
  'a large number': '{{ .Values.large | quote }}',
  'a number of thousands': '{{ div (int64 .Values.pin) 1000 | quote }}',
  'a sum': '{{ add 1 (int64 .Values.pin) | quote }}',
  'hexadecimal of a number': '{{ printf "%x" (int64 .Values.pin) | quote }}',
  'a short secret': '{{ .Values.short | quote }}',
  'a part of a short secret': '{{ printf "x%sy" .Values.short | quote }}',
  'base64 twice': '{{ .Values.password | b64enc | b64enc }}',
  'what is in base64': '{{ .Values.encoded | b64dec | upper | quote }}',
  base32: '{{ .Values.password | b32enc | quote }}',
  'without vowels': '{{ regexReplaceAll "[aeiou]" .Values.password "" | quote }}',
  'in a URL': '{{ urlquery .Values.password | quote }}',
  'in snake case': '{{ snakecase .Values.password | quote }}',
  'whether it begins with a letter': '{{ hasPrefix "T" .Values.password | quote }}',
}

/** Too short to be looked for, or made up anew by each rendering. */
const UNTOLD: ReadonlySet<string> = new Set([
  'the first character',
  'the last three',
  'a short secret',
  'a part of a short secret',
  'a salted digest',
  'whether it begins with a letter',
])

test('no form of a secret that a chart writes into a ConfigMap is shown', async (t) => {
  const names = Object.keys(FORMS)
  const data = names.map((name, index) => `  f${index}: ${FORMS[name]}`).join('\n')
  const installation = await withSecrets(
    SECRET,
    chartWith({
      'forms.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: forms}\ndata:\n${data}\n  mode: fast\n  colour: {{ .Values.colour }}\n`,
    }),
    { colour: 'green' },
  )
  t.deepEqual(installation.faults, [])
  const [map] = shownOf(installation).objects.filter(({ kind }) => kind === 'ConfigMap')
  const shown = (isJsonObject(map?.data) ? map.data : {}) as JsonObject
  const leaking = names.filter((_, index) => shown[`f${index}`] !== '(secret)')
  t.deepEqual(leaking, [])
  t.is(shown.mode, 'fast')
  t.is(shown.colour, 'green')
})

for (const [name, text] of Object.entries({
  fail: '{{ fail (printf "no %s" (b64enc .Values.password)) }}',
  'fail where a line is cut': '{{ fail (trunc 6 .Values.password) }}',
  required: '{{ required (printf "need %s" (upper .Values.password)) .Values.nothing }}',
  'a function that quotes it': '{{ index (dict "a" 1) (list .Values.password) }}',
  'YAML that is none': 'a: b: {{ upper .Values.password }}',
  'a field that is none':
    'apiVersion: v1\nkind: [{{ reverse (list .Values.password) | join "" | lower | quote }}]\nmetadata: {name: x}',
  'a duplicate key':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {"{{ sha1sum .Values.password }}": a, "{{ sha1sum .Values.password }}": b}',
}))
  test(`a message of a chart does not tell a secret: ${name}`, async (t) => {
    const installation = await withSecrets(SECRET, chartWith({ 'x.yaml': text }))
    const { messages } = shownOf(installation)
    t.true(messages.length > 0)
    const { password } = SECRET
    const b64 = Buffer.from(password).toString('base64')
    const forms = [
      password,
      password.toUpperCase(),
      password.toLowerCase(),
      b64,
      JSON.stringify(password).slice(1, -1),
    ]
    const told = messages.join('\n')
    t.deepEqual(
      forms.flatMap((form) => parts(form, 4)).filter((part) => told.includes(part)),
      [],
    )
    t.notRegex(told, /[\da-f]{40}/)
  })

for (const [name, object] of Object.entries({
  'a part of it': 'metadata: {name: "x-{{ lower (trunc 5 .Values.user) }}"}',
  'its digest': 'metadata: {name: "x-{{ sha1sum .Values.password | trunc 10 }}"}',
  'a namespace': 'metadata: {name: x, namespace: "{{ .Values.user }}"}',
}))
  test(`an object is not named by a secret: ${name}`, async (t) => {
    const installation = await withSecrets(
      SECRET,
      chartWith({ 'x.yaml': `apiVersion: v1\nkind: ConfigMap\n${object}\n` }),
    )
    t.deepEqual(
      installation.faults.map(({ code }) => code),
      ['secret-name'],
    )
    t.is(installation.faults[0]?.location?.file, 'charts/web/templates/x.yaml')
    t.false(installation.objects.some(({ object }) => object.kind === 'ConfigMap'))
    t.notRegex(JSON.stringify(shownOf(installation)), /marvi|x-[\da-f]{10}/)
  })

test('keys made of secrets are not shown, nor how many there are', async (t) => {
  const installation = await withSecrets(
    SECRET,
    chartWith({
      'x.yaml': `
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  labels: {"{{ upper .Values.user | trunc 6 }}": "1"}
  annotations: {plain: "yes"}
data:
{{- range $i, $c := splitList "" .Values.password }}
  c{{ $i }}-{{ $c | b64enc | replace "=" "" }}: "1"
{{- end }}
`,
    }),
  )
  t.deepEqual(
    shownOf(installation).objects.find(({ kind }) => kind === 'ConfigMap'),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { '(secret)': '(secret)' }, annotations: { plain: 'yes' } },
      data: { '(secret)': '(secret)' },
    } as unknown as JsonObject,
  )
})

test('where stand-ins do not work, all counts as secret, and nothing is a fault', async (t) => {
  const installation = await withSecrets(
    SECRET,
    chartWith({
      'x.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: {name: x, labels: {colour: green}}
data:
  {{- if ne .Values.user "marvin-user" }}{{ fail "who are you" }}{{ end }}
  mode: fast
`,
    }),
  )
  t.deepEqual(installation.faults, [])
  t.deepEqual(
    shownOf(installation).objects.find(({ kind }) => kind === 'ConfigMap'),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { '(secret)': '(secret)' },
    } as unknown as JsonObject,
  )
})

test('a schema that stand-ins do not fit does not hide what is no secret', async (t) => {
  const schema = JSON.stringify({ properties: { user: { pattern: '^marvin' }, pin: { minimum: 987654321 } } })
  const text =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {user: {{ .Values.user }}, mode: fast}\n'
  const files = { ...chartWith({ 'x.yaml': text }), 'charts/web/values.schema.json': schema }
  const installation = await withSecrets(SECRET, files)
  t.deepEqual(installation.faults, [])
  const map = shownOf(installation).objects.find(({ kind }) => kind === 'ConfigMap')
  t.like(map, { data: { user: '(secret)', mode: 'fast' } } as object)
  const refused = await withSecrets({ ...SECRET, pin: 1234 }, files)
  t.deepEqual(
    refused.faults.map(({ code }) => code),
    ['bad-value'],
  )
  t.notRegex(refused.faults[0]?.message ?? '', /1,?234/)
})

test('what a container or the API server quotes of derived forms is redacted', async (t) => {
  const names = Object.keys(FORMS).filter((name) => !UNTOLD.has(name))
  const data = names.map((name, index) => `  f${index}: ${FORMS[name]}`).join('\n')
  const installation = await withSecrets(
    SECRET,
    chartWith({ 'forms.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: forms}\ndata:\n${data}\n` }),
  )
  const made = installation.objects.find(({ object }) => object.kind === 'ConfigMap')?.object.data ?? {}
  const quoting = (text: string) => `cannot connect with "${text}" (code 3)`
  const told = Object.values(made).map((text) => installation.secrets?.redact(quoting(String(text).trim())))
  const line = PEM.split('\n')[2] ?? ''
  t.deepEqual([...new Set([...told, installation.secrets?.redact(quoting(line))])], [quoting('(secret)')])
  t.is(installation.secrets?.redact('Deployment acme/web of metadata'), 'Deployment acme/web of metadata')
})

test('an object that is there only for the real value counts as secret as a whole', async (t) => {
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {mode: fast}\n`
  const installation = await withSecrets(
    SECRET,
    chartWith({
      'x.yaml': `${map('one')}---\n{{ if eq .Values.user "marvin-user" }}\n${map('two')}{{ end }}\n---\n${map('three')}`,
    }),
  )
  t.deepEqual(installation.faults, [])
  const shown = shownOf(installation).objects.filter(({ kind }) => kind === 'ConfigMap')
  t.deepEqual(
    shown.map(({ metadata, data }) => [metadata.name, data as unknown]),
    [
      ['one', { mode: 'fast' }],
      ['two', { '(secret)': '(secret)' }],
      ['three', { mode: 'fast' }],
    ],
  )
})

test('what a chart makes up by itself makes no fault, and its plain fields are shown', async (t) => {
  const installation = await withSecrets(
    SECRET,
    chartWith({
      'x.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "job-{{ randAlphaNum 8 | lower }}"}\ndata: {salt: "{{ randAlphaNum 8 }}", mode: fast}\n',
    }),
  )
  t.deepEqual(installation.faults, [])
  const map = shownOf(installation).objects.find(({ kind }) => kind === 'ConfigMap')
  t.like(map, { data: { mode: 'fast' } } as object)
})

const FUNCTIONS = [
  'upper',
  'lower',
  'b64enc',
  'sha256sum',
  'quote',
  'trunc 9',
  'trunc -9',
  'swapcase',
  'b32enc',
  'sha1sum',
  'toJson',
  'nospace',
  'replace "a" "-"',
  'repeat 2',
  'printf "(%s)"',
  'printf "%x"',
  'urlquery',
  'title',
  'substr 2 11',
  'squote',
  'indent 2',
  'cat "a"',
  'kebabcase',
  'adler32sum',
  'trimAll "ab"',
]

const PIPELINE = fc.array(fc.constantFrom(...FUNCTIONS), { minLength: 0, maxLength: 4 })
const RANDOM_SECRET = fc
  .string({ minLength: 8, maxLength: 24, unit: 'grapheme-ascii' })
  .filter((text) => /[a-z\d]{3}/i.test(text))

const expressionOf = (functions: readonly string[]) => ['.Values.password', ...functions].join(' | ')

/** An installation with a template and a password, and what is shown of it. */
async function shownWith(text: string, password: string) {
  const installation = await withSecrets({ password }, chartWith({ 'x.yaml': text }))
  const { objects, messages } = shownOf(installation)
  const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data
  return { installation, shown: JSON.stringify([data, messages]) }
}

/** Spaces and punctuation of JSON tell nothing. */
const TELLING = /[^\s"'`\\{}[\],:/]/

/** Parts of texts, of at least four characters, that are shown for one password and not for another. */
function leaksIn(shown: string, other: string, texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => parts(text, 4))
    .filter((part) => TELLING.test(part) && shown.includes(part) && !other.includes(part))
}

test('no part of random secrets is shown, whatever random functions make of them', async (t) => {
  const pipelines = fc.array(PIPELINE, { minLength: 8, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(RANDOM_SECRET, RANDOM_SECRET, pipelines, async (password, another, all) => {
      const data = all
        .map((functions, index) => `  f${index}: {{ ${expressionOf(functions)} | toJson }}`)
        .join('\n')
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n${data}\n`
      const [one, other] = [await shownWith(text, password), await shownWith(text, another)]
      const made = one.installation.objects.find(({ object }) => object.kind === 'ConfigMap')?.object.data
      const texts = [password, ...Object.values(made ?? {}).map(String)]
      t.deepEqual(leaksIn(one.shown, other.shown, texts), [])
    }),
    { numRuns: 25, seed: 20261129 },
  )
})

test('no part of random secrets is told by a chart that fails, whatever it makes of them', async (t) => {
  await fc.assert(
    fc.asyncProperty(RANDOM_SECRET, RANDOM_SECRET, PIPELINE, async (password, another, functions) => {
      const text = `{{ fail (printf "it: %s, is it" (${expressionOf(functions)})) }}`
      const [one, other] = [await shownWith(text, password), await shownWith(text, another)]
      const plain = await withSecrets({}, chartWith({ 'x.yaml': text }), { password })
      const made = plain.faults.map(({ message }) => message.replace(/^.*it: (.*), is it.*$/s, '$1'))
      t.deepEqual(leaksIn(one.shown, other.shown, [password, ...made]), [])
    }),
    { numRuns: 25, seed: 20261129 },
  )
})
