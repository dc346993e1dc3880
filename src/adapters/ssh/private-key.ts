import { createPrivateKey } from 'node:crypto'
import { open } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { FaultError, fault } from '../../model/fault.ts'

/** Write for the group, anything for others. The group may read: Kubernetes mounts Secrets for a group. */
const TOO_OPEN = 0o037
/** A key of 16,384 bits has less. */
const LARGEST_FILE = 64 << 10
const PKCS8 = /-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/

/**
 * Reads the file of a private key. As in ssh, a file that belongs to this user must be closed to others.
 * @throws FaultError ssh-key-unusable
 */
export async function readKeyFile(file: string): Promise<Buffer> {
  await using handle = await open(file).catch((cause) => {
    throw unusable(`${file} cannot be read (${cause.code})`, cause)
  })
  const { mode, uid, size } = await handle.stat()
  if (uid === process.getuid?.() && (mode & TOO_OPEN) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    throw unusable(`${file} is open to other users (mode ${octal})`)
  }
  if (size > LARGEST_FILE) throw unusable(`${file} is no private key: it has ${size} bytes`)
  return handle.readFile()
}

/** Parses a private key: OpenSSH's format or PEM. @throws FaultError ssh-key-unusable */
export function parsePrivateKey(file: string, text: Buffer, passphrase: string | undefined): ParsedKey {
  const parsed = ssh2.utils.parseKey(fromPkcs8(file, text, passphrase), passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined || key instanceof Error) throw unusable(`${file} ${wordsFor(key, passphrase)}`, key)
  if (!key.isPrivateKey()) throw unusable(`${file} is a public key: the private one is needed`)
  return key
}

/** PEM of RSA and ECDSA keys has an older form too, which ssh2 reads. */
function fromPkcs8(file: string, text: Buffer, passphrase: string | undefined): Buffer | string {
  if (!PKCS8.test(text.toString('latin1'))) return text
  try {
    const key = createPrivateKey({ key: text, format: 'pem', passphrase: passphrase ?? '' })
    const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1'
    return key.export({ format: 'pem', type })
  } catch (cause) {
    // OpenSSL fails in many ways, by version: none of its words help.
    const words = passphrase === undefined ? 'or has one' : 'or the passphrase is wrong'
    throw unusable(
      `${file} is PKCS #8, of which Reeve reads RSA and ECDSA keys without a passphrase, ${words}; ` +
        "ssh-keygen -p -f FILE writes it in OpenSSH's format",
      cause,
    )
  }
}

function wordsFor(error: Error | undefined, passphrase: string | undefined): string {
  const message = error?.message ?? ''
  if (/no passphrase given/i.test(message)) return 'is encrypted: give --ssh-key-passphrase-file'
  if (/bad passphrase|integrity check failed|decrypt/i.test(message) && passphrase !== undefined)
    return 'cannot be decrypted: the passphrase is wrong'
  return 'is no private key of RSA, ECDSA or Ed25519 that Reeve can read'
}

function unusable(details: string, cause?: unknown): FaultError {
  return new FaultError(fault('ssh-key-unusable', details), { cause })
}
