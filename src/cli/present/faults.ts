import { describeFault, type Fault, type Finding } from '../../model/fault.ts'
import type { Notice } from '../../model/notice.ts'
import { paint } from './paint.ts'
import { plain } from './wrap.ts'

/** Note for encrypted files without a key. */
export const ENCRYPTED_NOTE =
  'Some files are encrypted by SOPS and no key is given: their values are left encrypted.\n'

/** Faults for people, in the order given: `file:line: message`, and below it the remedy. */
export function presentFaults(faults: readonly Fault[], { colour }: Colour): string {
  return faults.map((fault) => presentFinding(fault, 'red', colour)).join('')
}

/** Notices for people, like faults. */
export function presentNotices(notices: readonly Notice[], { colour }: Colour): string {
  return notices.map((notice) => presentFinding(notice, 'yellow', colour)).join('')
}

interface Colour {
  readonly colour: boolean
}

/** The message stays on one line, so that editors and `grep` find the place. */
function presentFinding(finding: Finding, tone: 'red' | 'yellow', colour: boolean): string {
  return `${paint(tone, plain(describeFault(finding)), colour)}\n    ${plain(finding.remedy)}\n`
}
