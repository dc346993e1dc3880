import { createCipheriv, createHash, type Hash, randomBytes } from 'node:crypto'
import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import type { SopsKeys } from '../../../src/adapters/sops/sops-keys.ts'
import { macText } from '../../../src/adapters/sops/typed-value.ts'
import type { JsonObject, JsonValue } from '../../../src/model/json.ts'
import { Secret } from '../../../src/model/secret.ts'

/** A value that is encrypted as one of SOPS's types, whatever SOPS itself would make of it. */
export class Leaf {
  readonly type: string
  readonly bytes: Buffer
  constructor(type: string, content: string | Buffer) {
    this.type = type
    this.bytes = Buffer.from(content)
  }
}

export type Sealable =
  | Leaf
  | string
  | number
  | boolean
  | readonly Sealable[]
  | { readonly [key: string]: Sealable }

export interface Sealed {
  readonly document: JsonObject
  readonly keys: SopsKeys
}

/**
 * Encrypts leaves, leaves plain values as they are (then the rule has to say so), and makes the MAC as
 * SOPS does, for what can't be had from SOPS itself: values that it refuses, and many of them at once.
 * `metadata` goes over what it would write.
 *
 * @param identity the age key to encrypt for; a new one where there is none
 */
export async function seal(
  tree: { readonly [key: string]: Sealable },
  metadata: (key: Uint8Array) => JsonObject | Promise<JsonObject> = () => ({}),
  identity?: string,
): Promise<Sealed> {
  const key = randomBytes(32)
  const mac = createHash('sha512')
  const values = sealNode({ key, mac }, tree, '')
  const ageKey = identity ?? (await generateIdentity())
  const lastmodified = '2026-01-02T03:04:05Z'
  const sops = {
    age: [await sealKey(key, await identityToRecipient(ageKey))],
    lastmodified,
    mac: encrypt(key, new Leaf('str', mac.digest('hex').toUpperCase()), lastmodified),
    version: '3.13.3',
    ...(await metadata(key)),
  }
  return {
    document: { ...(values as JsonObject), sops },
    keys: { age: [new Secret(ageKey)], openpgp: [] },
  }
}

async function sealKey(key: Uint8Array, recipient: string): Promise<JsonObject> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return { recipient, enc: armor.encode(await encrypter.encrypt(key)) }
}

interface Sealing {
  readonly key: Uint8Array
  readonly mac: Hash
}

function sealNode(sealing: Sealing, node: Sealable, path: string): JsonValue {
  if (node instanceof Leaf) {
    if (node.type !== 'comment') sealing.mac.update(node.bytes)
    return encrypt(sealing.key, node, path)
  }
  if (typeof node !== 'object') {
    sealing.mac.update(macText(node))
    return node
  }
  if (Array.isArray(node)) return node.map((item) => sealNode(sealing, item, path))
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    sealNode(sealing, value, `${path}${key}:`),
  ])
  return Object.fromEntries(entries)
}

function encrypt(key: Uint8Array, { type, bytes }: Leaf, additionalData: string): string {
  const iv = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(additionalData))
  const data = Buffer.concat([cipher.update(bytes), cipher.final()])
  const parts = [data, iv, cipher.getAuthTag()].map((part) => part.toString('base64'))
  return `ENC[AES256_GCM,data:${parts[0]},iv:${parts[1]},tag:${parts[2]},type:${type}]`
}
