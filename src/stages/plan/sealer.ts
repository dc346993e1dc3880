import { timingSafeEqual } from 'node:crypto'
import type { ObjectKey } from '../../model/object.ts'
import type { Revision } from '../../model/revision.ts'
import type { Secret } from '../../model/secret.ts'
import { formatRevision } from './applied.ts'
import { HmacKey } from './hmac-key.ts'

/**
 * The content of a seal: the installation that an object was applied for, and the revision that declares it.
 */
export interface Statement {
  /** Name of the Repository. */
  readonly repository: string
  /** Label value of the installation. */
  readonly installationId: string
  readonly key: ObjectKey
  readonly revision: Revision
  /** digestOf the declared object. */
  readonly digest: string
}

/** Length of a seal: 128 bits of HMAC-SHA-256. */
const SEAL_BYTES = 16
const PURPOSE = 'reeve.dev/applied'
const REVIEW = 'reeve.dev/review'

/**
 * Seals the marks of objects with a key that only Reeve has (RFC 2104), so that Reeve recognises its own
 * marks even when the commits that they name are gone.
 */
export class Sealer {
  readonly #key: HmacKey

  /** @param key of 32 bytes, in base64 */
  constructor(key: Secret) {
    this.#key = new HmacKey(Buffer.from(key.reveal(), 'base64'))
  }

  /** Returns 22 characters of base64url. */
  seal(statement: Statement): string {
    return this.#mac(statement).toString('base64url')
  }

  fits(seal: string, statement: Statement): boolean {
    const given = Buffer.from(seal, 'base64url')
    return given.length === SEAL_BYTES && timingSafeEqual(given, this.#mac(statement))
  }

  /** Digest of a text that nobody can make who lacks the key, 22 characters of base64url. */
  digest(text: string, purpose = REVIEW): string {
    return this.#key.sign(`${purpose}\n${text}`).subarray(0, SEAL_BYTES).toString('base64url')
  }

  isDigest(given: string, text: string, purpose = REVIEW): boolean {
    const bytes = Buffer.from(given, 'base64url')
    const digest = this.#key.sign(`${purpose}\n${text}`).subarray(0, SEAL_BYTES)
    return bytes.length === SEAL_BYTES && timingSafeEqual(bytes, digest)
  }

  #mac({ repository, installationId, key, revision, digest }: Statement): Buffer {
    const { group, kind, namespace, name } = key
    const object = [group, kind, namespace, name]
    const text = JSON.stringify([
      PURPOSE,
      repository,
      installationId,
      object,
      formatRevision(revision),
      digest,
    ])
    return this.#key.sign(text).subarray(0, SEAL_BYTES)
  }
}
