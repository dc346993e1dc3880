import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files that the programs of one control plane share, all below one directory. */
export interface ControlPlaneFiles {
  readonly directory: string
  readonly etcdData: string
  readonly certificates: string
  /** What the API server's certificate is signed with; the API server itself writes it. */
  readonly caFile: string
  readonly serviceAccountKey: string
  readonly tokens: string
  readonly auditPolicy: string
  readonly auditLog: string
  readonly kubeconfig: string
  readonly kubectlCache: string
}

// Every stage, since only RequestReceived is on disk before the client has its answer. The API
// server's own requests over its loopback are left out.
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'None', users: ['system:apiserver'] }, { level: 'Metadata' }],
}

/** Writes those files that are there before the first program starts. `token` is an admin's. */
export async function writeControlPlaneFiles(directory: string, token: string): Promise<ControlPlaneFiles> {
  const files = pathsIn(directory)
  await mkdir(files.certificates)
  const secret = { mode: 0o600 }
  await Promise.all([
    writeFile(files.tokens, `${token},admin,admin,"system:masters"\n`, secret),
    writeFile(files.serviceAccountKey, newKey(), secret),
    writeFile(files.auditPolicy, JSON.stringify(auditPolicy)),
    writeFile(files.auditLog, '', secret),
  ])
  return files
}

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/** Writes a kubeconfig for `token`, complete in itself. */
export async function writeKubeconfig(
  files: ControlPlaneFiles,
  server: string,
  token: string,
): Promise<void> {
  const authority = await readFile(files.caFile, 'base64')
  const named = (kind: string, value: object) => [{ name: 'reeve', [kind]: value }]
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named('cluster', { server, 'certificate-authority-data': authority }),
    users: named('user', { token }),
    contexts: named('context', { cluster: 'reeve', user: 'reeve' }),
    'current-context': 'reeve',
  }
  await writeFile(files.kubeconfig, JSON.stringify(kubeconfig, null, 2), { mode: 0o600 })
}

function pathsIn(directory: string): ControlPlaneFiles {
  const path = (name: string) => join(directory, name)
  return {
    directory,
    etcdData: path('etcd'),
    certificates: path('certificates'),
    caFile: path('certificates/apiserver.crt'),
    serviceAccountKey: path('service-account.key'),
    tokens: path('tokens.csv'),
    auditPolicy: path('audit-policy.json'),
    auditLog: path('audit.log'),
    kubeconfig: path('kubeconfig'),
    kubectlCache: path('kubectl-cache'),
  }
}

// An elliptic curve's, as an RSA key takes long to find.
function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString()
}
