import { hash } from 'node:crypto'
import type { ObjectKey } from '../../model/object.ts'

/**
 * Says which object of which Repository a mark is for, so that a copy of it on another object is
 * recognised: 8 characters of base64url, 48 bits of SHA-256. Anybody can work it out; what can't be forged
 * is the seal.
 */
export function boundTo(repository: string, { group, kind, namespace, name }: ObjectKey): string {
  const text = JSON.stringify([repository, group, kind, namespace, name])
  return hash('sha256', text, 'base64url').slice(0, 8)
}
