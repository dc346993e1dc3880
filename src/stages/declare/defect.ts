import type { FaultCode } from '../../model/fault-table.ts'

/** What is wrong with a declared object, before it is known on which line. */
export interface Defect {
  readonly code: FaultCode
  /** Completes the fault's message; names fields, never their values unless they are names. */
  readonly details: string
  /** JSON pointer of the field in its document. */
  readonly pointer: string
}

/** One word of a JSON pointer (RFC 6901). */
export function pointerWord(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The words of a JSON pointer. */
export function pointerWords(pointer: string): readonly string[] {
  const words = pointer.split('/').slice(1)
  return words.map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Text of the user's for a message: quoted, and cut where it is too long to help. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
