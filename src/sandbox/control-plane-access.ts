import { join } from 'node:path'
import { type ApiRequest, isWrite, type RequestFilter, readAuditLog } from './audit-log.ts'
import { type Command, type Finished, run } from './child.ts'

/** A real Kubernetes control plane without nodes, so Pods stay Pending. */
export interface ControlPlane {
  /** URL of the API server. */
  readonly server: string
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string
  /** Bearer token with all rights. */
  readonly token: string
  /** Path of the certificate authority (PEM). */
  readonly caFile: string
  /** Directory for files that are removed with the control plane. */
  readonly directory: string
  /** Runs kubectl with all rights; does not reject on a non-zero exit code. */
  kubectl(args: readonly string[], options?: { readonly input?: string }): Promise<Finished>
  /** Every request that the API server received; needs `auditLog: true`. */
  requests(filter?: RequestFilter): Promise<readonly ApiRequest[]>
  /** Those of the requests that write. */
  writes(filter?: RequestFilter): Promise<readonly ApiRequest[]>
}

/** Everything needed to reach a control plane, as plain data. */
export interface ControlPlaneAccess
  extends Pick<ControlPlane, 'server' | 'kubeconfig' | 'token' | 'caFile' | 'directory'> {
  readonly kubectl: Command
  /** Path; undefined if requests are not logged. */
  readonly auditLog: string | undefined
  /** Earlier requests are omitted. */
  readonly since?: Date
}

export function reach(access: ControlPlaneAccess): ControlPlane {
  const { server, kubeconfig, token, caFile, directory } = access
  const requests = (filter?: RequestFilter) => readRequests(access, filter)
  return {
    server,
    kubeconfig,
    token,
    caFile,
    directory,
    kubectl: (args, { input } = {}) => kubectl(access, args, input),
    requests,
    writes: async (filter) => (await requests(filter)).filter(isWrite),
  }
}

// Uses its own cache: the user's may hold responses of another server at the same port.
function kubectl(
  { kubectl, kubeconfig, directory }: ControlPlaneAccess,
  args: readonly string[],
  input: string | undefined,
): Promise<Finished> {
  const own = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(directory, 'kubectl-cache')}`]
  return run(kubectl, [...own, ...args], { input })
}

async function readRequests({ auditLog, since }: ControlPlaneAccess, filter?: RequestFilter) {
  if (auditLog === undefined) {
    throw new TypeError('requests are recorded only with startControlPlane({ auditLog: true })')
  }
  const requests = await readAuditLog(auditLog, filter)
  return since === undefined ? requests : requests.filter(({ receivedAt }) => receivedAt >= since)
}
