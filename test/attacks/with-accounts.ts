import { readFile } from 'node:fs/promises'
import { writeJson } from '../../src/model/json.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { kubeconfigOf } from '../helpers/service-account.ts'

const MANIFESTS = new URL('../../manifests/', import.meta.url)

/** What `admin` of a cluster may do in a namespace, whose rules a controller gathers that does not run here. */
const OF_ADMIN = [
  ['', ['configmaps', 'pods', 'secrets', 'serviceaccounts', 'services']],
  ['apps', ['daemonsets', 'deployments']],
  ['batch', ['cronjobs', 'jobs']],
  ['networking.k8s.io', ['networkpolicies']],
  ['rbac.authorization.k8s.io', ['roles', 'rolebindings']],
].map(([group, resources]) => ({
  apiGroups: [group],
  resources,
  verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
}))

/**
 * Gives Reeve the rights that docs/security.md gives it where each installation has its account: it may act as
 * the account of each of these namespaces, which are made with it.
 * @returns the path of Reeve's kubeconfig.
 */
export async function reeveWithAccounts(
  controlPlane: ControlPlane,
  namespaces: readonly string[],
): Promise<string> {
  for (const name of ['crds', 'namespace', 'rbac']) await apply(controlPlane, await manifest(`${name}.yaml`))
  const ofAcme = await manifest('rbac-impersonation.yaml')
  for (const namespace of namespaces) {
    await kubectl(controlPlane, 'create', 'namespace', namespace)
    await apply(controlPlane, ofAcme.replaceAll('acme', namespace))
  }
  await kubectl(controlPlane, 'patch', 'clusterrole', 'admin', '-p', writeJson({ rules: OF_ADMIN }))
  return kubeconfigOf(controlPlane, 'reeve-system', 'reeve')
}

/** Makes a secret with one entry, `a`. */
export async function createSecret(
  controlPlane: ControlPlane,
  namespace: string,
  name: string,
  text: string,
): Promise<void> {
  const entry = `--from-literal=a=${text}`
  await kubectl(controlPlane, '-n', namespace, 'create', 'secret', 'generic', name, entry)
}

function manifest(name: string): Promise<string> {
  return readFile(new URL(name, MANIFESTS), 'utf8')
}
