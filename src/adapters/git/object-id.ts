import { createHash } from 'node:crypto'

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag'

/** One object of a Git repository, without its header. */
export interface GitObject {
  readonly type: ObjectType
  readonly bytes: Uint8Array
}

/** The object's id: SHA-1 of `<type> <size>\0<bytes>`, 40 hexadecimal digits. */
export function objectId(type: ObjectType, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Whether the text is a full SHA-1 object id. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text)
}
