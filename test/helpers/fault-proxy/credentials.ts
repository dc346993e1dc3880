import { randomBytes, X509Certificate } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { type Certificate, selfSigned } from '../certificate.ts'

/** How a client proves who it is. */
export type CredentialKind = 'token' | 'certificate'

/**
 * What a proxy and its client know each other by: a token, or certificates of both. All of it is in
 * files, as the kubelet keeps them in a Pod, and can be renewed.
 */
export class Credentials {
  readonly kind: CredentialKind
  readonly #directory: string
  #token = randomBytes(12).toString('hex')
  #server: Certificate = selfSigned('server')
  #client: Certificate = selfSigned('client')

  private constructor(kind: CredentialKind, directory: string) {
    this.kind = kind
    this.#directory = directory
  }

  static async create(kind: CredentialKind, directory: string): Promise<Credentials> {
    const credentials = new Credentials(kind, directory)
    await credentials.renewFiles()
    return credentials
  }

  /** The server's own certificate, by which it is to be known. */
  get server(): Certificate {
    return this.#server
  }

  /** Writes a kubeconfig that leads to `url`, and gives its path. */
  async writeKubeconfig(url: string): Promise<string> {
    const file = this.#path('kubeconfig')
    await writeFile(file, JSON.stringify(this.#kubeconfig(url)))
    return file
  }

  isAccepted(request: IncomingMessage): boolean {
    if (this.kind === 'token') return request.headers.authorization === `Bearer ${this.#token}`
    const { socket } = request
    if (!(socket instanceof TLSSocket)) return false
    return socket.getPeerCertificate().fingerprint256 === fingerprintOf(this.#client)
  }

  /** From now on only what `renewFiles` will write is accepted. */
  expireClient(): void {
    this.#token = randomBytes(12).toString('hex')
    this.#client = selfSigned('client')
  }

  /** From now on the server shows another certificate, whose authority is in no file yet. */
  replaceServer(): void {
    this.#server = selfSigned('server')
  }

  /** Brings the client's files up to date, each at once as a whole. */
  async renewFiles(): Promise<void> {
    await Promise.all([
      this.#write('token', this.#token),
      this.#write('ca.crt', this.#server.certificate),
      this.#write('client.crt', this.#client.certificate),
      this.#write('client.key', this.#client.key),
    ])
  }

  async #write(name: string, text: string): Promise<void> {
    const fresh = this.#path(`${name}.${randomBytes(4).toString('hex')}`)
    await writeFile(fresh, text)
    await rename(fresh, this.#path(name))
  }

  #path(name: string): string {
    return join(this.#directory, name)
  }

  #kubeconfig(server: string): object {
    const user =
      this.kind === 'token'
        ? { tokenFile: this.#path('token') }
        : { 'client-certificate': this.#path('client.crt'), 'client-key': this.#path('client.key') }
    const authority = this.kind === 'token' ? {} : { 'certificate-authority': this.#path('ca.crt') }
    return {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'proxy', cluster: { server, ...authority } }],
      users: [{ name: 'proxy', user }],
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      'current-context': 'proxy',
    }
  }
}

function fingerprintOf({ certificate }: Certificate): string {
  return new X509Certificate(certificate).fingerprint256
}
