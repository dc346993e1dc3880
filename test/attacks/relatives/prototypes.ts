import type { Random } from '../../helpers/random.ts'
import { type Family, pickWay, type Ways } from './attack.ts'
import { configMap, group, installation, OWN, ofChart, ofManifests, ofTemplate, yaml } from './documents.ts'
import { UNUSUAL_KEYS } from './unusual-keys.ts'

/** What everything would have if a prototype were changed. */
export const POLLUTED = 'polluted'

const key = (random: Random) => random.pick(UNUSUAL_KEYS)

/** A mapping that tries to change a prototype, at any depth. */
function nested(random: Random): object {
  const inner = random.chance(0.5) ? { [POLLUTED]: POLLUTED } : POLLUTED
  const path = Array.from({ length: random.between(1, 4) }, () => key(random))
  return path.reduce<object>((value, name) => ({ [name]: value }), { [key(random)]: inner })
}

const WAYS: Ways = {
  data: (random, { name }) => ofManifests(name, configMap(`of-${name}`, { data: nested(random) })),
  fields: (random, { name }) => ofManifests(name, configMap(`of-${name}`, nested(random))),
  metadata: (random, { name }) =>
    ofManifests(name, yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...nested(random) } })),
  labels: (random, { name }) =>
    ofManifests(
      name,
      yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `of-${name}`, labels: { [key(random)]: 'a' }, annotations: { [key(random)]: 'a' } },
      }),
    ),
  'a name': (random, { name }) => ofManifests(name, configMap(key(random))),
  'a kind': (random, { name }) =>
    ofManifests(name, yaml({ apiVersion: key(random), kind: key(random), metadata: { name } })),
  values: (random, { name }) =>
    ofTemplate(name, configMap(`of-${name}`, { data: { a: `\${values.${key(random)}}` } }), {
      values: nested(random),
    }),
  'values of a chart': (random, { name }) =>
    ofChart(name, `{{ toYaml .Values }}\n{{ .Values.${key(random).replaceAll('-', '_')} }}`, {
      values: nested(random),
    }),
  'values of a group': (random, { name }) => ({
    ...ofTemplate(name, configMap(`of-${name}`, { data: { a: `\${values.${key(random)}.a}` } }), {
      values: nested(random),
      group: `group-${name}`,
    }),
    [`${name}/group.yaml`]: group(`group-${name}`, {
      values: nested(random),
      enforced: { values: nested(random) },
    }),
  }),
  'files of values': (random, { name }) => ({
    ...ofTemplate(name, configMap(`of-${name}`), { valuesFiles: [`values/${name}.yaml`] }),
    [`values/${name}.yaml`]: yaml(nested(random)),
  }),
  'members of a group': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/group.yaml`]: group(key(random), {
      ...OWN,
      members: [key(random), name],
      selector: { matchLabels: { [key(random)]: key(random) } },
    }),
  }),
  'a group': (random, { name }) => ofManifests(name, configMap(`of-${name}`), { group: key(random) }),
  'an installation': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/more.yaml`]: installation(key(random), { template: { path: `templates/${key(random)}` } }),
  }),
  'a directory': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/${yaml([key(random)]).slice(2, -3)}/a.yaml`]: configMap('other'),
  }),
  'a path of a template': (random, { name }) => ({
    [`${name}/reeve.yaml`]: installation(name, { template: { path: `templates/${key(random)}` } }),
  }),
  'what it depends on': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), { dependsOn: [key(random), key(random)] }),
  'a health rule': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      health: [{ group: '', kind: key(random), healthy: `object.${key(random)} == 'a'`, ...nested(random) }],
    }),
  'an expression': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      health: [{ group: '', kind: 'ConfigMap', healthy: `object['${key(random)}'] != null` }],
    }),
  'what it ignores': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      ignore: [{ group: '', kind: 'ConfigMap', fields: [`/data/${key(random)}`, `/${key(random)}`] }],
    }),
  'a field of the document': (random, { name }) => ofManifests(name, configMap(`of-${name}`), nested(random)),
  'a patch of an overlay': (random, { name }) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({
      resources: ['a.yaml'],
      patches: [{ target: { kind: 'ConfigMap' }, patch: yaml({ kind: 'ConfigMap', ...nested(random) }) }],
      commonLabels: { [key(random)]: 'a' },
    }),
    [`${name}/a.yaml`]: configMap(`of-${name}`),
  }),
}

/** Keys that every object of JavaScript has. */
export const prototypes: Family = (random, means) => {
  const [where, make] = pickWay(random, WAYS)
  return { title: `keys of prototypes in ${where}`, files: make(random, means) }
}
