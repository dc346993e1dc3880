import type { Random } from '../../helpers/random.ts'
import { anySize, type Family, type Files, pickWay, type Ways } from './attack.ts'
import { configMap, group, installation, ofChart, ofManifests, ofTemplate, yaml } from './documents.ts'

const HALF_A_MEGABYTE = 500_000
const HEAD = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-${name}}\n`

const WAYS: Ways = {
  'aliases that multiply': (random, { name }) => {
    const [levels, width] = [random.between(2, 12), random.between(2, 12)]
    const lines = Array.from({ length: levels }, (_, level) => {
      const items = Array(width).fill(level === 0 ? 'x' : `*a${level - 1}`)
      return `  a${level}: &a${level} [${items.join(', ')}]\n`
    })
    return random.chance(0.5)
      ? ofManifests(name, `${HEAD(name)}data:\n${lines.join('')}`)
      : {
          ...ofTemplate(name, configMap(`of-${name}`), { valuesFiles: [`values/${name}.yaml`] }),
          [`values/${name}.yaml`]: `v:\n${lines.join('')}`,
        }
  },
  'references that multiply': (random, { name }) => {
    const width = random.between(2, 10)
    const values = Object.fromEntries(
      Array.from({ length: random.between(2, 40) }, (_, level) => [
        `a${level}`,
        level === 0 ? 'x'.repeat(10) : `\${values.a${level - 1}}`.repeat(width),
      ]),
    )
    const last = Object.keys(values).at(-1)
    return ofTemplate(name, configMap(`of-${name}`, { data: { a: `\${values.${last}}` } }), { values })
  },
  'references in a ring': (random, { name }) => {
    const length = random.between(1, 50)
    const values = Object.fromEntries(
      Array.from({ length }, (_, at) => [`a${at}`, `\${values.a${(at + 1) % length}}`]),
    )
    return ofTemplate(name, configMap(`of-${name}`, { data: { a: '${values.a0}' } }), { values })
  },
  'values in one another': (random, { name }) => {
    const depth = anySize(random, 10, 60_000)
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const)
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
    return random.chance(0.5)
      ? ofManifests(name, `${HEAD(name)}data: ${deep}\n`)
      : { [`${name}/reeve.yaml`]: installation(name, { values: 'DEEP' }).replace('"DEEP"', deep) }
  },
  'blocks in one another': (random, { name }) => {
    const lines = Array.from({ length: random.between(10, 700) }, (_, level) => `${' '.repeat(level + 1)}a:`)
    return ofManifests(name, `${HEAD(name)}data:\n${lines.join('\n')} 1\n`)
  },
  'a long line': (random, { name }) => {
    const text = random.pick(['x', ' ', '\\u0000', 'é', '${', '{{', '"', '#']).repeat(long(random, 4))
    return ofManifests(name, random.chance(0.5) ? configMap(`of-${name}`, { data: { a: text } }) : text)
  },
  'a long key': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`, { data: { ['k'.repeat(long(random, 1))]: '1' } })),
  'a long name': (random, { name }) => ofManifests(name, configMap('n'.repeat(long(random, 1)))),
  'many keys': (random, { name }) =>
    ofManifests(
      name,
      configMap(`of-${name}`, {
        data: Object.fromEntries(Array.from({ length: long(random, 12) }, (_, at) => [`k${at}`, ''])),
      }),
    ),
  'many documents': (random, { name }) =>
    ofManifests(
      name,
      random.pick(['---\n', `---\n${HEAD(name)}`, '--- []\n', '...\n---\n']).repeat(long(random, 70)),
    ),
  'many faults': (random, { name }) =>
    ofManifests(name, '---\na: [\n--- &x *y\n---\n{kind: 1}\n'.repeat(long(random, 40))),
  'many items': (random, { name }) =>
    ofManifests(
      name,
      `${HEAD(name)}data: [${random.pick(['1,', '{},', '[],', '{a: 1},']).repeat(long(random, 8))}1]\n`,
    ),
  'many objects': (random, { name }) =>
    ofManifests(
      name,
      Array.from({ length: anySize(random, 2, 60) }, (_, at) => configMap(`of-${name}-${at}`)).join('---\n'),
    ),
  'a ring of dependencies': (random, { name }) => {
    const length = random.between(2, 12)
    return chain(random, name, length, (at) => [`${name}-${(at + 1) % length}`])
  },
  'a chain of dependencies': (random, { name }) =>
    chain(random, name, random.between(2, 12), (at) => (at === 0 ? [] : [`${name}-${at - 1}`])),
  'dependencies on everything': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      dependsOn: Array.from({ length: anySize(random, 10, 10_000) }, (_, at) => `none-${at}`),
    }),
  'groups in one another': (random, { name }) => {
    const depth = random.between(2, 60)
    const groups = Array.from({ length: depth }, (_, at) =>
      group(`group-${name}-${at}`, {
        group: `group-${name}-${random.chance(0.9) ? at + 1 : random.between(0, depth)}`,
        values: { a: `\${values.b}`, [`v${at}`]: at },
      }),
    )
    return {
      ...ofTemplate(name, configMap(`of-${name}`), { group: `group-${name}-0` }),
      [`${name}/groups.yaml`]: groups.join('---\n'),
    }
  },
  'a chart that loops': (random, { name }) =>
    ofChart(name, looping(random, anySize(random, 10, 1e12)).replaceAll('NAME', name)),
  'a chart that includes itself': (random, { name }) =>
    ofChart(
      name,
      random.pick([
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ define "a" }}x{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ tpl .Values.a . }}',
        '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
      ]),
      { values: { a: '{{ tpl .Values.a . }}' } },
    ),
  'a schema': (random, { name }) => schema(random, name),
  'a health rule': (random, { name }) => {
    const list = `[${Array(random.between(2, 100)).fill('1').join(',')}]`
    const depth = random.between(1, 8)
    const healthy = `${Array.from({ length: depth }, (_, at) => `${list}.all(x${at}, `).join('')}true${')'.repeat(depth)}`
    const long = `${'('.repeat(anySize(random, 2, 3_000))}true`
    return ofManifests(name, configMap(`of-${name}`), {
      health: [
        { group: '', kind: 'ConfigMap', healthy: random.pick([healthy, long, `${'!'.repeat(2_000)}true`]) },
      ],
    })
  },
  'fields that are ignored': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      ignore: [
        {
          group: '',
          kind: 'ConfigMap',
          fields: Array.from(
            { length: anySize(random, 2, 5_000) },
            (_, at) => `/data${'/a'.repeat(at % 200)}`,
          ),
        },
      ],
    }),
  'patches of an overlay': (random, { name }) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({
      resources: ['a.yaml'],
      patches: Array.from({ length: anySize(random, 2, 400) }, (_, at) => ({
        target: { kind: 'ConfigMap' },
        patch: JSON.stringify([{ op: 'add', path: `/data/k${at}`, value: 'x'.repeat(100) }]),
      })),
    }),
    [`${name}/a.yaml`]: Array.from({ length: anySize(random, 1, 40) }, (_, at) =>
      configMap(`of-${name}-${at}`),
    ).join('---\n'),
  }),
  'overlays in one another': (random, { name }) => {
    const depth = random.between(2, 30)
    const layers = Array.from({ length: depth }, (_, at) => {
      const next = random.chance(0.95) ? at + 1 : random.between(0, at)
      return [
        `${name}/${at === 0 ? '' : `l${at}/`}kustomization.yaml`,
        yaml({
          namePrefix: 'x'.repeat(random.between(1, 20)),
          resources: [at === depth - 1 ? 'a.yaml' : `${at === 0 ? '' : '../'}l${next}`],
        }),
      ]
    })
    return {
      [`${name}/reeve.yaml`]: installation(name),
      ...Object.fromEntries(layers),
      [`${name}/l${depth - 1}/a.yaml`]: configMap(`of-${name}`),
    }
  },
}

/** Inputs that would take more time or memory than they have. */
export const bombs: Family = (random, means) => {
  const [what, make] = pickWay(random, WAYS)
  return { title: `too much: ${what}`, files: make(random, means) }
}

/** How often a text of that size may be repeated. */
function long(random: Random, size: number): number {
  return anySize(random, 2, HALF_A_MEGABYTE / size)
}

function chain(
  random: Random,
  name: string,
  length: number,
  dependsOn: (at: number) => readonly string[],
): Files {
  const members = Array.from({ length }, (_, at) =>
    installation(`${name}-${at}`, { template: { path: `templates/${name}` }, dependsOn: dependsOn(at) }),
  )
  return {
    ...ofTemplate(name, configMap('of-${installation.name}')),
    [`${name}/members.yaml`]: random.shuffle(members).join('---\n'),
  }
}

function looping(random: Random, size: number): string {
  return random.pick([
    `{{ range until ${size} }}\n---\n${HEAD('NAME-{{ . }}')}{{ end }}`,
    `{{ range until ${size} }}{{ end }}`,
    `${HEAD('NAME')}data:\n  a: {{ repeat ${size} "x" }}\n`,
    `{{ $s := "x" }}{{ range until 60 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}`,
    `{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}{{ toJson $l }}`,
    `{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}`,
    `{{ range untilStep 0 ${size} 0 }}x{{ end }}`,
    `{{ range ${Math.min(size, 1e9)} }}{{ range 100000 }}{{ end }}{{ end }}`,
    `{{ regexReplaceAll "(a*)*" (repeat ${Math.min(size, 1e6)} "a") "aa" }}`,
    `{{ genPrivateKey "rsa" }}{{ range until 50 }}{{ genPrivateKey "rsa" }}{{ end }}`,
    `{{ htpasswd "a" "b" }}{{ derivePassword 1 "maximum" "a" "b" "c" }}`,
  ])
}

function schema(random: Random, name: string): Files {
  const depth = anySize(random, 2, 2_000)
  const text = random.pick([
    yaml({ properties: { a: { pattern: '(a+)+$'.repeat(random.between(1, 100)) } } }),
    yaml({ $ref: '#' }),
    yaml({
      definitions: { a: { allOf: Array(10).fill({ $ref: '#/definitions/a' }) } },
      $ref: '#/definitions/a',
    }),
    `${'{"not":'.repeat(depth)}{}${'}'.repeat(depth)}`,
    yaml({ allOf: Array(depth).fill({ properties: { a: { type: 'string' } } }) }),
    yaml({ properties: { a: { pattern: `a{${random.between(1, 1000)}}{${random.between(1, 1000)}}` } } }),
    yaml({ $ref: 'http://127.0.0.1:1/schema.json' }),
    yaml({ uniqueItems: true, properties: { a: { maxLength: 1, enum: Array(depth).fill('x') } } }),
  ])
  return {
    ...ofTemplate(name, configMap(`of-${name}`), { values: { a: 'a'.repeat(random.between(1, 10_000)) } }),
    [`templates/${name}/values.schema.json`]: text,
    [`templates/${name}/values.yaml`]: '{}\n',
  }
}
