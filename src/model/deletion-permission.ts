import { type Fault, type FaultPlace, fault } from './fault.ts'
import { shellWord } from './shell-word.ts'

/** Faults that a trailer of a commit overrides. */
const OVERRIDABLE = ['deletion-limit', 'deletion-protected', 'deletion-waits'] as const
type Overridable = (typeof OVERRIDABLE)[number]

/** Whether a commit's trailer allows the deletion that a fault forbids. */
export function asksForPermission(code: string): code is Overridable {
  return (OVERRIDABLE as readonly string[]).includes(code)
}

/** A fault that a trailer overrides, with the command that adds it. */
export function permissionFault(
  code: Overridable,
  details: string,
  installation: string,
  place?: FaultPlace,
): Fault {
  return { ...fault(code, details, place), remedy: permissionRemedy(code, [installation]) }
}

/** What to do about a fault that a trailer overrides; lines that begin with spaces are to be typed. */
export function permissionRemedy(code: Overridable, installations: readonly string[]): string {
  const ifIntended =
    code === 'deletion-waits'
      ? 'correct the objects that are not applied; if the deletion is intended anyway'
      : 'if it is intended'
  // A comma separates names in the trailer, so a name that contains one cannot be given.
  const isNameable = !installations.some((name) => name.includes(','))
  const reach = isNameable
    ? ''
    : '; it allows the deletions of all installations, as the trailer cannot name one with a comma in its name'
  return `${ifIntended}, push a commit that allows it${reach}:\n${permissionCommand(isNameable ? installations : ['*'])}`
}

/** The command for a commit that allows the deletions of installations; `*` are all. */
function permissionCommand(installations: readonly string[]): string {
  const trailer = shellWord(`Reeve-Allow-Deletion: ${installations.join(', ')}`)
  return `  git commit --allow-empty -m "Allow deletions" \\\n    --trailer ${trailer}`
}
