import type { Random } from '../../helpers/random.ts'
import { type Attack, type Family, type Files, type Means, pickWay, type Ways } from './attack.ts'
import { configMap, installation, ofChart, ofManifests, yaml } from './documents.ts'

/** A path that leads out of the repository, to what the host has there. */
function outside(random: Random, { host }: Means, file: string): string {
  const up = '../'.repeat(random.between(1, 12))
  return random.pick([
    `${host}/${file}`,
    `${up}${host.slice(1)}/${file}`,
    `./${up}${host.slice(1)}/${file}`,
    `a/../${up}${host.slice(1)}/${file}`,
    `${up.replaceAll('..', '%2e%2e')}${host.slice(1)}/${file}`,
    `${up.replaceAll('/', '\\')}${file}`,
    `file://${host}/${file}`,
    `//${host}/${file}`,
    `${host}/./${file}`,
    `${up}etc/passwd`,
    '/proc/self/environ',
    `${up}proc/self/environ`,
    '.git/config',
    '../.git/config',
    `\0${host}/${file}`,
    `${host}/${file}\0.yaml`,
    '~/.kube/config',
    '$HOME/.kube/config',
  ])
}

const overlay = (name: string, kustomization: object): Files => ({
  [`${name}/reeve.yaml`]: installation(name),
  [`${name}/kustomization.yaml`]: yaml({ resources: ['a.yaml'], ...kustomization }),
  [`${name}/a.yaml`]: configMap(`of-${name}`),
})

const WAYS: Ways<Omit<Attack, 'title'>> = {
  'a resource of an overlay': (random, means) => ({
    files: overlay(means.name, { resources: ['a.yaml', outside(random, means, 'base')] }),
  }),
  'a component of an overlay': (random, means) => ({
    files: overlay(means.name, { components: [outside(random, means, 'base')] }),
  }),
  'a file of a generator': (random, means) => ({
    files: overlay(means.name, {
      [random.pick(['configMapGenerator', 'secretGenerator'])]: [
        { name: 'a', [random.pick(['files', 'envs'])]: [outside(random, means, 'stolen.yaml')] },
      ],
    }),
  }),
  'a patch of an overlay': (random, means) => ({
    files: overlay(means.name, { patches: [{ path: outside(random, means, 'stolen.yaml') }] }),
  }),
  'a configuration of an overlay': (random, means) => ({
    files: overlay(means.name, {
      [random.pick(['configurations', 'crds', 'transformers', 'generators', 'validators'])]: [
        outside(random, means, 'stolen.yaml'),
      ],
    }),
  }),
  'a schema of an overlay': (random, means) => ({
    files: overlay(means.name, { openapi: { path: outside(random, means, 'stolen.yaml') } }),
  }),
  'a chart of an overlay': (random, means) => ({
    files: overlay(means.name, {
      helmCharts: [{ name: 'base', valuesFile: outside(random, means, 'stolen.yaml') }],
      helmGlobals: { chartHome: outside(random, means, '') },
    }),
  }),
  'the path of a template': (random, means) => ({
    files: {
      [`${means.name}/reeve.yaml`]: installation(means.name, {
        template: { path: outside(random, means, 'base') },
      }),
    },
  }),
  'a file of values': (random, means) => ({
    files: ofManifests(means.name, configMap(`of-${means.name}`), {
      valuesFiles: [outside(random, means, 'stolen.yaml')],
    }),
  }),
  'a file of values by a reference': (random, means) => ({
    files: {
      [`${means.name}/reeve.yaml`]: installation(
        means.name,
        {
          template: { path: `templates/${means.name}` },
          valuesFiles: ['values/${installation.labels.a}.yaml'],
        },
        { labels: { a: outside(random, means, 'stolen') } },
      ),
      [`templates/${means.name}/a.yaml`]: configMap(`of-${means.name}`),
    },
  }),
  'a file of a chart': (random, means) => ({
    files: ofChart(
      means.name,
      configMap(`of-${means.name}`, { data: { a: `PLACE` } }).replace(
        '"PLACE"',
        `{{ .Files.Get (.Values.path | toString) | quote }}`,
      ),
      { values: { path: outside(random, means, 'stolen.yaml') } },
    ),
  }),
  'a dependency of a chart': (random, means) => ({
    files: ofChart(
      means.name,
      '',
      {},
      {
        'Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\n${yaml({
          dependencies: [
            { name: 'base', version: '1.0.0', repository: `file://${outside(random, means, 'base')}` },
          ],
        }).slice(1, -2)}\n`,
      },
    ),
  }),
  'a link to a file': (random, means) => ({
    files: ofManifests(means.name, configMap(`of-${means.name}`)),
    links: { [`${means.name}/link.yaml`]: linkable(outside(random, means, 'stolen.yaml')) },
  }),
  'a link to a directory': (random, means) => ({
    files: overlay(means.name, { resources: ['a.yaml', 'link'] }),
    links: { [`${means.name}/link`]: linkable(outside(random, means, 'base')) },
  }),
  'a link as a template': (random, means) => ({
    files: {
      [`${means.name}/reeve.yaml`]: installation(means.name, {
        template: { path: `templates/${means.name}` },
      }),
    },
    links: { [`templates/${means.name}`]: linkable(outside(random, means, 'base')) },
  }),
  'a link as a file of values': (random, means) => ({
    files: ofManifests(means.name, configMap(`of-${means.name}`), {
      valuesFiles: [`values/${means.name}.yaml`],
    }),
    links: { [`values/${means.name}.yaml`]: linkable(outside(random, means, 'stolen.yaml')) },
  }),
  'a link to itself': (_, { name }) => ({
    files: ofManifests(name, configMap(`of-${name}`)),
    links: { [`${name}/link.yaml`]: 'link.yaml', [`${name}/loop`]: '..' },
  }),
  'a file name': (random, { name }) => ({
    files: {
      ...ofManifests(name, configMap(`of-${name}`)),
      [`${name}/${random.pick(ODD_NAMES)}`]: configMap(`of-${name}-2`),
    },
  }),
}

/** Names that other systems take for paths. */
const ODD_NAMES = [
  '..\\..\\a.yaml',
  'C:\\a.yaml',
  '%2e%2e%2fa.yaml',
  '...yaml',
  ' .yaml',
  'a.yaml.',
  '-rf.yaml',
  '--help.yaml',
  'CON.yaml',
  'a:b.yaml',
  '$(touch a).yaml',
  '`touch a`.yaml',
  '*.yaml',
  '~/a.yaml',
  '.../a.yaml',
  '.gitmodules',
  '.gitattributes',
]

/** Paths out of the repository, or to what is none of its files. */
export const paths: Family = (random, means) => {
  const [where, make] = pickWay(random, WAYS)
  return { title: `a path out of the repository as ${where}`, ...make(random, means) }
}

function linkable(path: string): string {
  return path.replaceAll('\0', '')
}
