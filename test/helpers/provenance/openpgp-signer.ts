import { createCleartextMessage, generateKey, readKey, readPrivateKey, revokeKey, sign } from 'openpgp'

/** A publisher of charts with a key made for a test. */
export interface OpenPgpSigner {
  /** Armored. */
  readonly publicKey: string
  readonly privateKey: string
  /** A clear-signed message. */
  sign(text: string, options?: SignOptions): Promise<string>
  /** The public key, revoked. */
  revoked(): Promise<string>
}

export interface SignOptions {
  readonly date?: Date
  /** Number of signatures. */
  readonly times?: number
}

export interface SignerOptions {
  readonly date?: Date
  /** Seconds after which the key expires. */
  readonly keyExpirationTime?: number
}

export async function openPgpSigner(options: SignerOptions = {}): Promise<OpenPgpSigner> {
  const { privateKey, publicKey, revocationCertificate } = await generateKey({
    type: 'rsa', // as all versions of Helm sign with
    rsaBits: 2048,
    userIDs: [{ name: 'Charts', email: 'charts@example.com' }],
    format: 'armored',
    ...options,
  })
  const key = await readPrivateKey({ armoredKey: privateKey })
  return {
    publicKey,
    privateKey,
    async sign(text, { date = new Date(), times = 1 } = {}) {
      const message = await createCleartextMessage({ text })
      return sign({ message, signingKeys: Array.from({ length: times }, () => key), date })
    },
    async revoked() {
      const given = { key: await readKey({ armoredKey: publicKey }), revocationCertificate }
      return (await revokeKey({ ...given, format: 'armored' })).publicKey
    },
  }
}
