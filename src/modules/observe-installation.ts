import { idOf, keyOf } from '../model/object.ts'
import type { Health, InstallationStatus } from '../model/status.ts'
import { healthOf } from '../observe/health/health-of.ts'
import type { LiveCache } from '../observe/live-cache.ts'
import type { Declared, Member } from './declared.ts'
import { isKept, ownedBy } from './owned.ts'
import type { Standing } from './standing.ts'
import { type Observed, statusOf } from './status-of.ts'

export interface Observation {
  readonly cache: LiveCache
  readonly declared: Declared
  readonly standing: Standing | undefined
  /** What the status branch says of it. */
  readonly record: InstallationStatus | undefined
  /** Full id of the head's commit. */
  readonly head: string
  /** Its id: the value of its label. */
  readonly id: string
}

const GOING: Health = { status: 'deleting', message: 'no longer declared' }
const MISSING: Health = { status: 'progressing', message: 'not there' }

/** What an installation is now; undefined for one that is gone without a trace. */
export function observeInstallation(name: string, observation: Observation): InstallationStatus | undefined {
  const { declared, standing, record, head } = observation
  const member = declared.members.get(name)
  const observed = member ? ofDeclared(member, observation.cache) : leftBehind(observation)
  if (member === undefined && observed.length === 0) return undefined
  const source = member?.head.source ?? ''
  const faults = member?.head.faults ?? []
  return statusOf({
    name,
    commit: record?.source === source ? record.commit : head,
    source,
    applied: faults.length === 0 ? undefined : member?.kept?.commit,
    declared: member !== undefined,
    faults,
    outcomes: [...(standing?.outcomes.values() ?? [])],
    observed,
    changes: standing?.changes ?? record?.changes ?? [],
  })
}

function ofDeclared(member: Member, cache: LiveCache): Observed[] {
  return [...member.objects].map(([id, { key }]) => {
    const live = cache.get(id)
    return { key, live, health: live === undefined ? MISSING : healthOf(live) }
  })
}

/** Objects of an installation that Git no longer declares: each is on its way out. */
function leftBehind({ cache, declared, id }: Observation): Observed[] {
  return ownedBy(id, cache)
    .filter((live) => !declared.claims.has(idOf(keyOf(live))) && !isKept(live))
    .map((live) => ({ key: keyOf(live), live, health: GOING }))
}
