import type { JsonObject } from '../../../src/model/json.ts'
import type { Random } from '../../helpers/random.ts'
import { sealed } from '../../helpers/sealed.ts'
import { AGE_KEY } from '../derived-secrets.ts'
import { type Family, type Files, pickWay, type Ways } from './attack.ts'
import { CHART, OWN } from './documents.ts'

/** Functions of charts that make one text of another. */
const FUNCTIONS = [
  'upper',
  'lower',
  'title',
  'swapcase',
  'b64enc',
  'b32enc',
  'urlquery',
  'toJson',
  'quote',
  'squote',
  'snakecase',
  'kebabcase',
  'camelcase',
  'printf "%x"',
  'printf "%q"',
  'printf "%s"',
  'printf "user:%s@db"',
  'repeat 2',
  'indent 2',
  'trunc 9',
  'trunc -9',
  'substr 2 11',
  'replace "-" "x"',
  'replace "-" "\\n"',
  'wrap 5',
  'cat "it is"',
  'splitList "" | reverse | join ""',
  'splitList "-" | join "."',
  'splitList "-" | first',
  'splitList "-" | last',
  'splitList "" | join " "',
  'list | toYaml',
  'dict "a" | toJson',
  'sha256sum',
  'nospace',
  'regexReplaceAll "[aeiou]" "" ',
  'toString',
  'tpl "{{ . }}"',
]

const map = (name: string, body: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: of-${name}\n${body}`

/** Where a chart puts the secret, `S` in these texts. */
const SINKS: Ways<string> = {
  'a value': (_, { name }) => map(name, 'data:\n  a: {{ S | quote }}\n  b: fast\n'),
  'a key': (_, { name }) => map(name, 'data:\n  {{ S | quote }}: "1"\n'),
  'a value without quotes': (_, { name }) => map(name, 'data:\n  a: {{ S }}\n'),
  'a label': (_, { name }) => map(name, '  labels:\n    a: {{ S | quote }}\n'),
  'the key of a label': (_, { name }) => map(name, '  labels:\n    {{ S | quote }}: a\n'),
  'an annotation': (_, { name }) => map(name, '  annotations:\n    {{ S | quote }}: {{ S | quote }}\n'),
  'the name': () => map('x', '').replace(/of-x/, '{{ S | quote }}'),
  'the namespace': (_, { name }) => map(name, '  namespace: {{ S | quote }}\n'),
  'the kind': (_, { name }) => map(name, '').replace('ConfigMap', '{{ S | quote }}'),
  'the version': (_, { name }) => map(name, '').replace(' v1', ' {{ S | quote }}'),
  'a field that there is none': (_, { name }) => map(name, '{{ S | quote }}: 1\n'),
  'a field of another type': (_, { name }) =>
    map(name, 'data: {{ S | quote }}\nimmutable: {{ S | quote }}\n'),
  'an owner': (_, { name }) =>
    map(
      name,
      '  ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: {{ S | quote }}, uid: {{ S | quote }}}]\n',
    ),
  'a finalizer': (_, { name }) => map(name, '  finalizers: [{{ S | quote }}]\n'),
  'a hook': (_, { name }) => map(name, '  annotations:\n    helm.sh/hook: {{ S | quote }}\n'),
  'an image': (_, { name }) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: of-${name}}\nspec:\n  containers: [{name: {{ S | quote }}, image: {{ S | quote }}}]\n`,
  'a port': (_, { name }) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: of-${name}}\nspec:\n  ports: [{port: 80, targetPort: {{ S | quote }}}]\n`,
  'a failure': () => '{{ fail (S) }}',
  'what is required': () => '{{ required (S) nil }}',
  'a template that there is none': () => '{{ include (S) . }}',
  'a template that is faulty': () => '{{ tpl (printf "{{ %s }}" (S)) . }}',
  'a number that it is not': () => '{{ index (list 1) (S) }}',
  'broken YAML': () => 'apiVersion: v1\n {{ S }}: [\n{{ S }}\n',
  'an anchor': (_, { name }) => map(name, 'data:\n  a: *{{ S }}\n'),
  'a tag': (_, { name }) => map(name, 'data:\n  a: !{{ S }} 1\n'),
  'a kind that is looked up': () => '{{ lookup "v1" (S) "acme" "a" | toJson }}',
  'a name that is looked up': (_, { name }) =>
    map(name, 'data:\n  a: {{ lookup "v1" "ConfigMap" "acme" (S) | toJson | quote }}\n'),
  'a date that it is not': () => '{{ toDate "2006-01-02" (S) | mustDateModify (S) }}',
  'a pattern that it is not': () => '{{ mustRegexMatch (printf "(%s" (S)) "a" }}',
  'JSON that it is not': () => '{{ mustFromJson (S) }}',
  'one of a hundred documents': (random, { name }) =>
    `{{ range until ${random.between(2, 100)} }}\n---\n${map(`${name}-{{ . }}`, 'data:\n  a: {{ S | quote }}\n').replaceAll('S |', '$s |')}{{ end }}`,
}

/** Where a template without a chart puts it. */
const REFERENCES: Ways<string> = {
  'a value': (_, { name }) => map(name, 'data: {a: "x${values.password}y"}\n'),
  'a key': (_, { name }) => map(name, 'data: {"${values.password}": "1"}\n'),
  'a label': (_, { name }) => map(name, '  labels: {a: "${values.password}"}\n'),
  'a name': () => 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${values.password}"}\n',
  'a namespace': (_, { name }) => map(name, '  namespace: "${values.password}"\n'),
  'a kind': (_, { name }) => map(name, '').replace('ConfigMap', '"${values.password}"'),
  'a field': (_, { name }) => map(name, '"${values.password}": 1\n'),
  'a field of another type': (_, { name }) => map(name, 'data: "${values.password}"\n'),
  'a reference below it': (_, { name }) => map(name, 'data: {a: "${values.password.more}"}\n'),
  'a Secret': (_, { name }) => map(name, 'stringData: "${values.password}"\n').replace('ConfigMap', 'Secret'),
  'a default': (_, { name }) => map(name, 'data: {a: "${values.none:-${values.password}}"}\n'),
}

const SCHEMAS: readonly JsonObject[] = [
  { properties: { password: { enum: ['a', 'b'] } } },
  { properties: { password: { type: 'integer' } } },
  { properties: { password: { maxLength: 3 } } },
  { properties: { password: { pattern: '^[0-9]+$' } } },
  { properties: { password: { const: 'other' } } },
  { additionalProperties: false },
  { properties: { password: { not: {} } } },
  { properties: { password: { format: 'ipv4' } } },
]

/** Encrypted values that a template brings where people look. */
export const secrets: Family = async (random, means) => {
  const { name, secret } = means
  const template = { path: `templates/${name}` }
  const spec = { ...OWN, template, values: { password: secret } }
  const metadata = { name }
  const own = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata, spec }
  const document = { [`${name}/reeve.yaml`]: await sealed(own, AGE_KEY, 'password') }
  const schema = random.chance(0.15) && {
    [`templates/${name}/values.schema.json`]: JSON.stringify(random.pick(SCHEMAS)),
  }
  if (random.chance(0.25)) {
    const [sink, make] = pickWay(random, REFERENCES)
    const files = { ...document, [`templates/${name}/a.yaml`]: make(random, means), ...schema }
    return { title: `a secret by reference into ${sink}`, files: { ...files, ...overlaid(random, name) } }
  }
  const [sink, make] = pickWay(random, SINKS)
  const [from, made] = pipeline(random)
  const text = `{{- $s := ${made} }}\n${make(random, means).replaceAll('(S)', '$s').replaceAll('S ', '$s ')}`
  return {
    title: `${from} through ${made} into ${sink}`,
    files: {
      ...document,
      [`templates/${name}/Chart.yaml`]: CHART,
      [`templates/${name}/templates/a.yaml`]: text,
      ...schema,
    },
  }
}

function pipeline(random: Random): readonly [from: string, made: string] {
  const [from, first] = random.pick([
    ['an encrypted value', '.Values.password'],
    ['all values', '(toJson .Values)'],
    ['a Secret of its own namespace', '((lookup "v1" "Secret" "acme" "canary").data.a | b64dec)'],
    ['a Secret of its own namespace', '(lookup "v1" "Secret" "acme" "canary" | toJson)'],
  ] as const)
  const steps = Array.from({ length: random.between(0, 3) }, () => random.pick(FUNCTIONS))
  return [from, [first, ...steps].join(' | ').replaceAll('tpl "{{ . }}"', 'toString')]
}

function overlaid(random: Random, name: string): Files {
  return random.chance(0.3) ? { [`templates/${name}/kustomization.yaml`]: 'resources: [a.yaml]\n' } : {}
}
