import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccountRules } from '../../src/model/tenancy.ts'
import type { Api } from './api.ts'

const RBAC = 'rbac.authorization.k8s.io'

/** The configuration by which Reeve acts as one service account for all installations. */
export const ACTING: AccountRules = { fallback: 'bench/bench', perNamespace: [] }

/** Makes the service account, with every right; gives the options of Reeve. */
export async function actingAccount(api: Api, directory: string): Promise<readonly string[]> {
  const file = join(directory, 'reeve.yaml')
  await writeFile(file, JSON.stringify({ defaultServiceAccount: ACTING.fallback }))
  const create = (path: string, object: object) => api.send('POST', path, JSON.stringify(object))
  await create('/api/v1/namespaces', { metadata: { name: 'bench' } })
  await create('/api/v1/namespaces/bench/serviceaccounts', { metadata: { name: 'bench' } })
  await create(`/apis/${RBAC}/v1/clusterrolebindings`, {
    metadata: { name: 'bench' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'bench', namespace: 'bench' }],
  })
  return ['--config', file]
}
