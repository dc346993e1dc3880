import { type Family, pickWay, type Ways } from './attack.ts'
import { configMap, installation, ofManifests, ofTemplate } from './documents.ts'

/** A few installations each, for what counts is how they are alike. */
const WAYS: Ways = {
  'one name in several namespaces': (random, { name }) => ({
    ...ofTemplate(name, configMap(`of-${name}`)),
    [`${name}/more.yaml`]: Array.from({ length: random.between(1, 6) }, (_, index) =>
      installation(name, { template: { path: `templates/${name}` } }, { namespace: `n-${index}` }),
    ).join('---\n'),
  }),
  'one name in one namespace': (random, { name }) => ({
    ...ofTemplate(name, configMap(`of-${name}`)),
    [`${name}/more.yaml`]: Array.from({ length: random.between(1, 6) }, () =>
      installation(name, { template: { path: `templates/${name}` } }),
    ).join('---\n'),
  }),
  'one object in several installations': (random, { name }) => ({
    ...ofManifests(name, configMap('everyones')),
    ...Object.fromEntries(
      Array.from({ length: random.between(1, 5) }, (_, index) => [
        `${name}/sub-${index}/a.yaml`,
        configMap('everyones', { data: { a: `${index}` } }),
      ]),
    ),
  }),
  'names that differ by case': (_, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name.toUpperCase()}/a.yaml`]: configMap(`of-${name}`),
    [`${name}/A.YAML`]: configMap(`of-${name}`),
  }),
  'names that differ by separator': (_, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/b/c/a.yaml`]: configMap(`of-${name}`),
    [`${name}-b/c/a.yaml`]: configMap(`of-${name}`),
    [`${name}-b-c/a.yaml`]: configMap(`of-${name}`),
    [`${name}.b.c/a.yaml`]: configMap(`of-${name}`),
  }),
  'a long name': (random, { name }) => ({
    ...ofManifests(name, configMap('x'.repeat(random.between(60, 260)))),
    [`${name}/more.yaml`]: installation(`${name}-${'x'.repeat(random.between(40, 2_000))}`, {
      template: { path: 'x' },
    }),
  }),
  'a long path': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/${`${'d'.repeat(random.between(1, 200))}/`.repeat(random.between(2, 15))}a.yaml`]:
      configMap('deep'),
  }),
  'directories in one another': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/${'d/'.repeat(random.between(10, 800))}a.yaml`]: configMap('deep'),
  }),
  'a name that comes and goes': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`flapping/${random.pick(['a', 'b', 'c'])}/a.yaml`]: configMap(random.pick(['one', 'two'])),
  }),
  'an object that another installation had': (random, { name }) =>
    ofManifests(name, configMap(random.pick(['one', 'two', 'three']), { data: { a: name } })),
  'an object that never becomes ready': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      health: [
        {
          group: '',
          kind: 'ConfigMap',
          [random.pick(['degraded', 'progressing', 'suspended'])]: 'true',
          message: "'x'.replace('x', string(object))",
        },
      ],
    }),
}

/** What makes names and states ambiguous, or change all the time. */
export const noise: Family = (random, means) => {
  const [what, make] = pickWay(random, WAYS)
  return { title: what, files: make(random, means) }
}
