import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { kubectl } from './live.ts'

/** A service account and how to act as it. */
export interface ServiceAccount {
  /** As the audit log names it. */
  readonly user: string
  /** Path of a kubeconfig. */
  readonly kubeconfig: string
}

/** Makes a service account in the namespace `default`, with the rights of a ClusterRole where one is given. */
export async function newServiceAccount(
  controlPlane: ControlPlane,
  name: string,
  clusterRole?: string,
): Promise<ServiceAccount> {
  await kubectl(controlPlane, '-n', 'default', 'create', 'serviceaccount', name)
  const user = `system:serviceaccount:default:${name}`
  if (clusterRole !== undefined) {
    const binding = [`--clusterrole=${clusterRole}`, `--serviceaccount=default:${name}`]
    await kubectl(controlPlane, 'create', 'clusterrolebinding', name, ...binding)
  }
  return { user, kubeconfig: await kubeconfigOf(controlPlane, 'default', name) }
}

/** Writes a kubeconfig of a service account that is there; gives its path. */
export async function kubeconfigOf(
  controlPlane: ControlPlane,
  namespace: string,
  name: string,
): Promise<string> {
  const token = await kubectl(controlPlane, '-n', namespace, 'create', 'token', name)
  const cluster = { server: controlPlane.server, 'certificate-authority': controlPlane.caFile }
  const file = join(controlPlane.directory, `${namespace}-${name}.kubeconfig`)
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name: 'cluster', cluster }],
    contexts: [{ name, context: { cluster: 'cluster', user: name } }],
    users: [{ name, user: { token: token.trim() } }],
  }
  await writeFile(file, JSON.stringify(kubeconfig))
  return file
}
