import type { Random } from '../../helpers/random.ts'
import { HOSTILE } from '../hostile.ts'
import { type Family, pickWay, type Ways } from './attack.ts'
import { configMap, group, installation, OWN, ofChart, ofManifests, ofTemplate, yaml } from './documents.ts'

const LINES = HOSTILE.split('\n').filter((line) => line !== '')

/** Part of what an attacker puts into a text, of one line or of several. */
export function hostileText(random: Random): string {
  const lines = Array.from({ length: random.between(1, 4) }, () => random.pick(LINES))
  return lines.join(random.pick(['\n', ' ', '\r\n', '\u2028', '']))
}

const WAYS: Ways = {
  'a name': (random, { name }) => ofManifests(name, configMap(hostileText(random))),
  'a key': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`, { data: { [hostileText(random)]: '1' } })),
  'a value': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`, { data: { a: hostileText(random) } })),
  'a field': (random, { name }) => ofManifests(name, configMap(`of-${name}`, { [hostileText(random)]: 1 })),
  'a kind': (random, { name }) =>
    ofManifests(
      name,
      yaml({ apiVersion: hostileText(random), kind: hostileText(random), metadata: { name } }),
    ),
  'a label': (random, { name }) =>
    ofManifests(
      name,
      yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, labels: { [hostileText(random)]: hostileText(random) } },
      }),
    ),
  'a file name': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/${fileName(random)}.yaml`]: random.pick(['a: [', configMap('other'), hostileText(random)]),
  }),
  'a directory name': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/${fileName(random)}/a.yaml`]: configMap('other'),
  }),
  'a group': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), { group: hostileText(random), version: hostileText(random) }),
  'the name of a group': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/group.yaml`]: group(hostileText(random), { ...OWN, members: [hostileText(random)] }),
  }),
  'the name of a document': (random, { name }) => ({
    ...ofManifests(name, configMap(`of-${name}`)),
    [`${name}/more.yaml`]: installation(hostileText(random), { template: { path: hostileText(random) } }),
  }),
  'what it depends on': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), { dependsOn: [hostileText(random), hostileText(random)] }),
  'a failure of a chart': (random, { name }) =>
    ofChart(name, '{{ fail .Values.text }}', { values: { text: hostileText(random) } }),
  'what a chart renders': (random, { name }) =>
    ofChart(name, '{{ .Values.text }}', { values: { text: hostileText(random) } }),
  'a reference': (random, { name }) =>
    ofTemplate(name, configMap(`of-${name}`, { data: { a: `\${values.${hostileText(random)}}` } })),
  'a health rule': (random, { name }) =>
    ofManifests(name, configMap(`of-${name}`), {
      health: [
        { group: '', kind: 'ConfigMap', degraded: 'true', message: JSON.stringify(hostileText(random)) },
      ],
    }),
}

/** Texts that are to do something where they are shown. */
export const hostile: Family = (random, means) => {
  const [where, make] = pickWay(random, WAYS)
  return { title: `a hostile text as ${where}`, files: make(random, means) }
}

/** As file systems allow it. */
function fileName(random: Random): string {
  return Buffer.from(hostileText(random).replaceAll(/[/\0]/g, '_'))
    .subarray(0, 100)
    .toString()
    .replaceAll('\ufffd', '')
}
