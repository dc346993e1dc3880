import { createDecipheriv, type KeyObject } from 'node:crypto'

/** `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` (SOPS v3, aes/cipher.go), base64 still encoded. */
export interface EncryptedValue {
  readonly data: string
  readonly iv: string
  readonly tag: string
  readonly type: string
}

const form =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]+={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:([a-z]+)\]$/

export function parseEncrypted(text: string): EncryptedValue | undefined {
  const [, data, iv, tag, type] = text.startsWith('ENC[') ? (form.exec(text) ?? []) : []
  if (data === undefined || iv === undefined || tag === undefined || type === undefined) return undefined
  return [data, iv, tag].every((part) => part.length % 4 === 0) ? { data, iv, tag, type } : undefined
}

const tagLength = 16

/** Decrypts a value; undefined if the key, the additional data or the value does not match. */
export function decryptValue(
  { data, iv, tag }: EncryptedValue,
  key: KeyObject,
  additionalData: string,
): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), {
      authTagLength: tagLength,
    })
    decipher.setAAD(Buffer.from(additionalData, 'utf8'))
    decipher.setAuthTag(Buffer.from(tag, 'base64'))
    return Buffer.concat([decipher.update(data, 'base64'), decipher.final()])
  } catch {
    return undefined // the cipher throws for a wrong key or tag
  }
}
