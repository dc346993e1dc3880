import { describeFault, type Fault } from '../../model/fault.ts'
import { paint } from './paint.ts'
import { plain } from './wrap.ts'

/** Note for encrypted files without a key. */
export const ENCRYPTED_NOTE =
  'Some files are encrypted by SOPS and no key is given: their values are left encrypted.\n'

/** Faults for people, in the order given: `file:line: message`, and below it the remedy. */
export function presentFaults(faults: readonly Fault[], options: { readonly colour: boolean }): string {
  return faults.map((fault) => presentFault(fault, options.colour)).join('')
}

/** The message stays on one line, so that editors and `grep` find the place. */
function presentFault(fault: Fault, colour: boolean): string {
  return `${paint('red', plain(describeFault(fault)), colour)}\n    ${plain(fault.remedy)}\n`
}
