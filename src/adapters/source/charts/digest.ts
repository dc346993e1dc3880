import { hash } from 'node:crypto'
import { sourceFault } from '../source-fault.ts'

/** `sha256:…` */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${hash('sha256', bytes)}`
}

/**
 * @throws FaultError template-digest if the bytes have another digest; `who` names the source of `expected`
 */
export function checkDigest(bytes: Uint8Array, expected: string, who: string): void {
  const found = digestOf(bytes)
  if (found !== expected)
    throw sourceFault('template-digest', `its digest is ${found}, but ${who} says ${expected}`)
}
