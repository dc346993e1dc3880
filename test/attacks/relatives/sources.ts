import type { FaultCode } from '../../../src/model/fault-table.ts'
import type { Random } from '../../helpers/random.ts'
import { type Family, pickWay, type Ways } from './attack.ts'
import { configMap, installation, yaml } from './documents.ts'

/** All by number, so that no name is looked up. */
const HOSTS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0.0.0.0',
  '169.254.169.254',
  '2852039166',
  '10.0.0.1',
  '192.168.0.1',
  '172.16.0.1',
  '100.64.0.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[fe80::1]',
  '[fd00::1]',
  '[64:ff9b::7f00:1]',
  'localhost',
  'user:password@127.0.0.1',
  '127.0.0.1#@1.2.3.4',
]
const REFUSED: readonly FaultCode[] = [
  'source-address-refused',
  'source-not-allowed',
  'template-unavailable',
  'bad-document',
  'bad-template',
  'kustomization-failed',
  'remote-base-not-allowed',
  'bad-remote-base',
  'unpinned-remote-base',
  'remote-file',
  'bad-dependency',
]
const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

function url(random: Random): string {
  const scheme = random.pick(['http', 'https', 'https', 'HTTPS', 'http'])
  const port = random.pick(['', ':1', ':6443', ':22'])
  return `${scheme}://${random.pick(HOSTS)}${port}/${random.pick(['', 'a', 'latest/meta-data', '..', '%2e%2e/a'])}`
}

const WAYS: Ways = {
  'a chart': (random, { name }) => of(name, chart(random, url(random))),
  'a chart of a registry': (random, { name }) =>
    of(name, chart(random, `oci://${random.pick(HOSTS)}:5000/charts`)),
  'a repository': (random, { name }) => of(name, { path: 'a', git: { url: url(random), commit: COMMIT } }),
  'a chart of another protocol': (random, { name }) =>
    of(name, chart(random, `${random.pick(['file', 'ftp', 'git', 'ssh', 'data', 'gopher'])}://127.0.0.1/a`)),
  'a base': (random, { name }) => ({
    [`${name}/reeve.yaml`]: installation(name),
    [`${name}/kustomization.yaml`]: yaml({
      resources: ['a.yaml', `${random.pick(['', 'git::'])}${url(random)}a/b//c?ref=${COMMIT}`],
    }),
    [`${name}/a.yaml`]: configMap(`of-${name}`),
  }),
}

/** Servers that Git names and Reeve is not to ask. */
export const sources: Family = (random, means) => {
  const [what, make] = pickWay(random, WAYS)
  return { title: `${what} at an address that is not public`, files: make(random, means), codes: REFUSED }
}

function chart(random: Random, repository: string): object {
  const digest = random.chance(0.5) && { digest: `sha256:${'0'.repeat(64)}` }
  return { chart: { repository, name: 'web', version: '1.0.0', ...digest } }
}

function of(name: string, template: object) {
  return { [`${name}/reeve.yaml`]: installation(name, { template }) }
}
