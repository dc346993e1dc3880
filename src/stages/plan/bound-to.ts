import { hash } from 'node:crypto'
import type { ObjectKey } from '../../model/object.ts'

/**
 * Binds a mark to one object of one Repository, so that a copy on another object is recognised: 8 characters
 * of base64url, 48 bits of SHA-256. It is public; only the seal cannot be forged.
 */
export function boundTo(repository: string, { group, kind, namespace, name }: ObjectKey): string {
  const text = JSON.stringify([repository, group, kind, namespace, name])
  return hash('sha256', text, 'base64url').slice(0, 8)
}
