import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files that the programs of one control plane share, all below one directory. */
export interface ControlPlaneFiles {
  readonly directory: string
  readonly etcdData: string
  readonly certificates: string
  /** The certificate authority of the API server, which writes it. */
  readonly caFile: string
  readonly serviceAccountKey: string
  readonly tokens: string
  readonly auditPolicy: string
  readonly auditLog: string
  readonly kubeconfig: string
  /** Of another user, so that the audit log distinguishes the controllers from users of `kubeconfig`. */
  readonly controllersKubeconfig: string
}

// Logs every stage, since only RequestReceived is on disk before the client has its response. Omits the API
// server's own requests over its loopback.
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'None', users: ['system:apiserver'] }, { level: 'Metadata' }],
}

/** Bearer tokens, both with all rights. */
export interface ControlPlaneTokens {
  readonly admin: string
  readonly controllers: string
}

/** Writes the files that must exist before the first program starts. */
export async function writeControlPlaneFiles(
  directory: string,
  tokens: ControlPlaneTokens,
): Promise<ControlPlaneFiles> {
  const files = pathsIn(directory)
  await mkdir(files.certificates)
  const secret = { mode: 0o600 }
  await Promise.all([
    writeFile(files.tokens, tokensFile(tokens), secret),
    writeFile(files.serviceAccountKey, newKey(), secret),
    writeFile(files.auditPolicy, JSON.stringify(auditPolicy)),
    writeFile(files.auditLog, '', secret),
  ])
  return files
}

export function newTokens(): ControlPlaneTokens {
  const token = () => randomBytes(24).toString('base64url')
  return { admin: token(), controllers: token() }
}

/** Writes both kubeconfigs, self-contained. */
export async function writeKubeconfigs(
  files: ControlPlaneFiles,
  server: string,
  tokens: ControlPlaneTokens,
): Promise<void> {
  const authority = await readFile(files.caFile, 'base64')
  const write = (path: string, token: string) =>
    writeFile(path, JSON.stringify(kubeconfig(server, authority, token), null, 2), { mode: 0o600 })
  await Promise.all([
    write(files.kubeconfig, tokens.admin),
    write(files.controllersKubeconfig, tokens.controllers),
  ])
}

function kubeconfig(server: string, authority: string, token: string): object {
  const named = (kind: string, value: object) => [{ name: 'reeve', [kind]: value }]
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named('cluster', { server, 'certificate-authority-data': authority }),
    users: named('user', { token }),
    contexts: named('context', { cluster: 'reeve', user: 'reeve' }),
    'current-context': 'reeve',
  }
}

// The format of kube-apiserver's --token-auth-file: token, user, uid, groups.
function tokensFile({ admin, controllers }: ControlPlaneTokens): string {
  const line = (token: string, user: string) => `${token},${user},${user},"system:masters"\n`
  return line(admin, 'admin') + line(controllers, 'system:kube-controller-manager')
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
    controllersKubeconfig: path('controllers.kubeconfig'),
  }
}

// An elliptic-curve key: an RSA key takes long to generate.
function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString()
}
