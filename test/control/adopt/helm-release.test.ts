import { gzipSync } from 'node:zlib'
import test from 'ava'
import { kindsOf } from '../../../src/adapters/cluster/kinds.ts'
import { helmRelease } from '../../../src/control/adopt/helm-release.ts'
import type { ClusterView } from '../../../src/stages/live/cluster-view.ts'
import { configMap } from '../../helpers/manifests.ts'

const kinds = kindsOf([
  { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: [] },
])
const release = JSON.stringify({
  name: 'acme',
  namespace: 'eu',
  version: 2,
  manifest: configMap('eu', 'web', { a: '1' }),
})

/** The release acme that a cluster with nothing but this text in its record is said to have. */
function recorded(text: string) {
  const content = gzipSync(text).toString('base64')
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.acme.v2', namespace: 'eu', labels: { version: '2' } },
    data: { release: Buffer.from(content).toString('base64') },
  }
  const client = { list: async () => ({ items: [secret] }), get: async () => secret }
  const view = { client, kinds } as unknown as ClusterView
  return helmRelease({ tool: 'helm', namespace: 'eu', name: 'acme' }, [], view)
}

test('the record of a release tells its revision and its objects', async (t) => {
  t.like(await recorded(release), { revision: 2, objects: [{ kind: 'ConfigMap', name: 'web' }] })
})

test('a record that unpacks to more than any release has is none', async (t) => {
  t.is(await recorded(release + ' '.repeat(100_000_000)), undefined)
})
