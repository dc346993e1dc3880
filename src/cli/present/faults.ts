import { cut } from '../../model/cut.ts'
import { describeFault, type Fault, type Finding } from '../../model/fault.ts'
import type { Notice } from '../../model/notice.ts'
import { printable } from '../../model/printable.ts'
import { namesOf, type SharedFault } from '../../model/shared-faults.ts'
import { counted } from './bounds.ts'
import { paint, type Style } from './paint.ts'
import { wrapRemedy } from './wrap.ts'

/** Note for encrypted files without a key. */
export const ENCRYPTED_NOTE =
  'Some files are encrypted by SOPS and no key is given: their values are left encrypted.\n'

/** Maximum length of a message, in characters: some contain an object, or what another program said. */
const LONGEST_MESSAGE = 2_000

export interface FaultsOptions {
  readonly colour: boolean
  /** Maximum number of faults; the rest is counted. */
  readonly most?: number
}

/** Faults for people, in the order given: `file:line: message`, and below it the remedy. */
export function presentFaults(faults: readonly Fault[], options: FaultsOptions): string {
  return presentFindings(faults, { ...options, style: 'red', noun: 'more fault' })
}

/** Notices for people, like faults. */
export function presentNotices(notices: readonly Notice[], options: FaultsOptions): string {
  return presentFindings(notices, { ...options, style: 'yellow', noun: 'more notice' })
}

/** A finding that some installations may share. */
type TellableFinding = Finding & Partial<Pick<SharedFault, 'installations'>>

interface FindingsOptions extends FaultsOptions {
  readonly style: Style
  readonly noun: string
}

/** Any findings for people, in the order given. */
export function presentFindings(
  findings: readonly TellableFinding[],
  { colour, most, style, noun }: FindingsOptions,
): string {
  const shown = findings.slice(0, most)
  const rest = findings.length - shown.length
  const more = rest === 0 ? '' : `… ${counted(rest, noun)}; --output json has all\n`
  return shown.map((finding) => presentFinding(finding, style, colour)).join('') + more
}

/** The message stays on one line, so that editors and `grep` find the place. */
function presentFinding(finding: TellableFinding, style: Style, colour: boolean): string {
  const { installations: names = [] } = finding
  const about = { ...finding, message: `${ownerOf(finding, names)}${finding.message}` }
  const text = cut(printable(describeFault(about)), LONGEST_MESSAGE)
  const message = paint(style, `${text}${printable(concerns(names))}`, colour)
  return `${[message, ...wrapRemedy(finding.remedy, Number.POSITIVE_INFINITY, '    ')].join('\n')}\n`
}

/** The installation, unless the place of the fault says it: its directory has its name. */
function ownerOf({ location }: Finding, names: readonly string[]): string {
  const [name, ...others] = names
  if (name === undefined || others.length > 0) return ''
  return `/${location?.file}`.includes(`/${name}/`) ? '' : `${name}: `
}

function concerns(names: readonly string[]): string {
  return names.length < 2 ? '' : ` (concerns ${names.length} installations: ${namesOf(names)})`
}
