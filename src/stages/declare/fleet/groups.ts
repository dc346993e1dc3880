import { contained, type OnUnforeseen } from '../../../model/contained.ts'
import { cycleText } from '../../../model/cycle-text.ts'
import { suggestionsFrom } from '../../../model/did-you-mean.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import { quoted } from '../../../model/quoted.ts'
import { REDACTED } from '../../../model/secrets.ts'
import type { Directory, PlacedGroup } from './directory.ts'
import { groupsIn, misfitsIn } from './directory.ts'

/** Maximum number of groups around one another, the innermost one included. */
const MOST_LEVELS = 32

/** A group with those around it. */
export interface Group {
  readonly name: string
  /** The outermost first, this one last. */
  readonly chain: readonly PlacedGroup[]
  /** Faults of it or of a group around it: its members stay as they are. */
  readonly faults: readonly Fault[]
}

/** By name. Groups with unreadable documents are included, with their faults. */
export type Groups = ReadonlyMap<string, Group>

/** The document of a group; undefined where it is invalid. */
export function documentOf({ chain, name }: Group): PlacedGroup | undefined {
  const last = chain.at(-1)
  return last?.document.name === name ? last : undefined
}

/** The document that declares a group, undefined for an invalid one, and its faults. */
interface Claim {
  readonly placed: PlacedGroup | undefined
  readonly faults: readonly Fault[]
}

/** All groups of a commit, each with the groups around it resolved. */
export function groupsOf(directories: readonly Directory[], onUnforeseen: OnUnforeseen): Groups {
  const claims = claimsIn(directories)
  const known = { claims, suggest: suggestionsFrom(claims.keys()) }
  const groups = new Map<string, Group>()
  for (const name of claims.keys()) {
    const instead = (found: Fault): Group => ({ name, chain: [], faults: [found] })
    const unit = { what: `the InstallationGroup ${name}`, instead, onUnforeseen }
    groups.set(
      name,
      contained(unit, () => groupOf(name, known)),
    )
  }
  return groups
}

/**
 * The faults of a group that are in its document's file: faults of outer groups are reported in their own.
 */
export function faultsOfGroup({ document, place }: PlacedGroup, groups: Groups): readonly Fault[] {
  const own = groups.get(document.name)?.faults ?? []
  const { file } = place('')
  return own.filter(({ location }) => location?.file === file)
}

function claimsIn(directories: readonly Directory[]): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>()
  for (const directory of directories) {
    for (const placed of groupsIn(directory)) {
      const { name } = placed.document
      const first = claims.get(name)
      if (first === undefined) claims.set(name, { placed, faults: [] })
      else claims.set(name, { ...first, faults: [...first.faults, duplicate(placed, first)] })
    }
    for (const { name, faults } of misfitsIn(directory, 'InstallationGroup'))
      claims.set(name, { placed: undefined, faults: [...(claims.get(name)?.faults ?? []), ...faults] })
  }
  return claims
}

function duplicate({ document, place }: PlacedGroup, first: Claim): Fault {
  const at = first.placed?.place('')
  const details = at ? `${document.name} is already declared at ${at.file}:${at.line}` : document.name
  return fault('duplicate-group', details, { location: place('/metadata/name') })
}

interface Known {
  readonly claims: ReadonlyMap<string, Claim>
  readonly suggest: (name: string) => string
}

function groupOf(name: string, known: Known): Group {
  const chain: PlacedGroup[] = []
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (let next: string | undefined = name; next !== undefined; ) {
    const claim = known.claims.get(next)
    if (claim === undefined) break
    faults.push(...claim.faults)
    if (claim.placed === undefined) break
    chain.push(claim.placed)
    seen.add(next)
    const { group: outer }: { readonly group?: string } = claim.placed.document
    const problem = outer ? outerProblem(claim.placed, outer, seen, known) : undefined
    if (problem) faults.push(problem)
    next = problem || !outer ? undefined : outer
  }
  return { name, chain: chain.reverse(), faults }
}

function outerProblem(
  { place, isSealed }: PlacedGroup,
  outer: string,
  seen: ReadonlySet<string>,
  { claims, suggest }: Known,
): Fault | undefined {
  const location = place('/spec/group')
  if (!claims.has(outer)) {
    const told = isSealed?.('/spec/group') ? REDACTED : `${quoted(outer)}${suggest(outer)}`
    return fault('unknown-group', told, { location })
  }
  const names = [...seen]
  if (seen.has(outer)) {
    const cycle = [...names.slice(names.indexOf(outer)), outer]
    return fault('group-cycle', cycleText(cycle), { location })
  }
  if (seen.size < MOST_LEVELS) return undefined
  const details = `${names.slice(0, 3).join(', in ')} and more: at most ${MOST_LEVELS} levels`
  return fault('group-too-deep', details, {
    location: claims.get(names[0] ?? '')?.placed?.place('/spec/group') ?? location,
  })
}
