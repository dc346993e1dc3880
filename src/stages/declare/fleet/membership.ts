import { suggestionsFrom } from '../../../model/did-you-mean.ts'
import { type Fault, fault, type Location } from '../../../model/fault.ts'
import { quoted } from '../../../model/quoted.ts'
import { REDACTED } from '../../../model/secrets.ts'
import type { PlacedInstallation } from './directory.ts'
import type { Draft, Namesakes } from './drafts.ts'
import { documentOf, type Group, type Groups } from './groups.ts'

/** The group of an installation, if it has one, or the fault that makes it undeterminable. */
export type Membership =
  | {
      readonly group: Group | undefined
      /** Groups with a service account, or that require reviews, that name or select it, although it says another group, or none. */
      readonly binding?: readonly Group[]
    }
  | { readonly fault: Fault }

/** Undefined too where it cannot be told. */
export function groupIn(member: Membership): Group | undefined {
  return 'group' in member ? member.group : undefined
}

/** Finds the group of any installation. */
export type GroupOf = (draft: Pick<Draft, 'name' | 'shortName' | 'document' | 'location'>) => Membership

/**
 * Finds the groups of installations. An installation is in the group that it names; else in the one that
 * names it, with or without its namespace, or selects its labels. Where several do, one of them must be inside
 * all the others.
 */
export function membership(groups: Groups, namesakes: Namesakes): GroupOf {
  const all = [...groups.values()]
  const suggest = suggestionsFrom(groups.keys())
  const byMember = Map.groupBy(
    all.flatMap((group) => (documentOf(group)?.document.members ?? []).map((member) => ({ member, group }))),
    ({ member }) => member,
  )
  const namesOf = (name: string, shortName = name) => (namesakes.has(shortName) ? [name, shortName] : [name])
  const selecting = all.filter((group) => documentOf(group)?.document.matchLabels !== undefined)
  const candidatesOf = ({ name, shortName, document }: Parameters<GroupOf>[0]) => {
    const labels = document?.document.labels ?? {}
    return new Set([
      ...namesOf(name, shortName)
        .flatMap((each) => byMember.get(each) ?? [])
        .map(({ group }) => group),
      ...selecting.filter((group) => isSelected(labels, documentOf(group)?.document.matchLabels ?? {})),
    ])
  }
  const isBinding = all.some(binds)
  return (draft) => {
    const { name, document, location } = draft
    const named = document?.document.group
    if (named === undefined) return innermost(name, [...candidatesOf(draft)], location)
    const member: Membership =
      named === '' ? { group: undefined } : byName(named, { groups, suggest }, document)
    const binding = isBinding ? [...candidatesOf(draft)].filter(binds) : []
    return binding.length > 0 && 'group' in member ? { ...member, binding } : member
  }
}

/** Whether a group says what no member escapes. */
function binds({ chain }: Group): boolean {
  return chain.some(
    ({ document }) => document.serviceAccountName !== undefined || document.requireReviewedPlan !== undefined,
  )
}

interface Known {
  readonly groups: Groups
  readonly suggest: (name: string) => string
}

function byName(
  name: string,
  { groups, suggest }: Known,
  document: PlacedInstallation | undefined,
): Membership {
  const group = groups.get(name)
  if (group) return { group }
  const location = document?.place('/spec/group')
  const told = document?.isSealed?.('/spec/group') ? REDACTED : `${quoted(name)}${suggest(name)}`
  return { fault: fault('unknown-group', told, { location }) }
}

function isSelected(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>) {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
}

function innermost(name: string, candidates: readonly Group[], location: Location | undefined): Membership {
  const around = new Set(
    candidates.flatMap(({ chain, name: self }) =>
      chain.map(({ document }) => document.name).filter((outer) => outer !== self),
    ),
  )
  const inner = candidates.filter((group) => !around.has(group.name))
  if (inner.length < 2) return { group: inner[0] ?? candidates[0] }
  const names = inner.map((group) => group.name).sort()
  return { fault: fault('ambiguous-group', `${name}: ${names.join(', ')}`, { location }) }
}
