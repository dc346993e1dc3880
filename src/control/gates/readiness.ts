import type { ResolvedObject } from '../../model/installation.ts'
import { describeKey, idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { installWaveOf, waveOf } from '../../model/wave.ts'
import type { HealthSource } from '../../stages/health/health-source.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { isHeld, type Member } from '../fleet/member.ts'
import { healthOfRun, runOf } from './job-runs.ts'
import { ownHealth } from './own-health.ts'

/** State of the cluster by which readiness is decided. */
export interface Readiness {
  readonly declared: DesiredState
  readonly live: (id: ObjectId) => LiveObject | undefined
  readonly healths: Pick<HealthSource, 'health'>
  /** Record of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
}

/**
 * Why objects of a wave may not follow a commit yet: another installation, or an object of a lower wave, is
 * not as declared or not healthy. Undefined if they may.
 */
export function waitsFor(member: Member, wave: number, readiness: Readiness): string | undefined {
  return unreadyDependency(member, readiness) ?? unreadyWave(member, wave, readiness)
}

/** Current wave of an object; it may have another one until everything was as declared once. */
export function waveNow(
  name: string,
  { key, object }: Pick<ResolvedObject, 'key' | 'object'>,
  { live, record }: Readiness,
): number {
  const [wave, installWave] = [waveOf(object), installWaveOf(object)]
  if (installWave === wave) return wave
  const recorded = record(name)
  const isInstalled = recorded ? lastSyncedRevision(recorded) !== undefined : live(idOf(key)) !== undefined
  return isInstalled ? wave : installWave
}

/** Whether writes of a member never wait: it has one wave, and needs no other installation. */
export function neverWaits({ waves, target }: Member): boolean {
  return waves.size < 2 && (target?.installation.dependsOn.length ?? 0) === 0
}

/** Whether some object of a member is as declared and on its way to being healthy. */
export function isProgressing(member: Member, { live, healths }: Readiness): boolean {
  return [...member.objects].some(([id, object]) => {
    const there = live(id)
    if (there === undefined || appliedOf(there)?.digest !== object.digest) return false
    return ownHealth(member, object, there, healths)?.status === 'progressing'
  })
}

function unreadyDependency({ target }: Member, readiness: Readiness): string | undefined {
  for (const { name } of target?.installation.dependsOn ?? []) {
    const reason = unreadyInstallation(name, readiness)
    if (reason !== undefined) return `installation ${name}: ${reason}`
  }
  return undefined
}

/** Whether everything of a member is as declared and well. */
export function isReady(member: Member, readiness: Readiness): boolean {
  return !isHeld(member) && firstUnready(member, Number.POSITIVE_INFINITY, readiness) === undefined
}

function unreadyInstallation(name: string, readiness: Readiness): string | undefined {
  const member = readiness.declared.members.get(name)
  if (member === undefined) return 'not there'
  if (isHeld(member)) return 'its documents have faults'
  return firstUnready(member, Number.POSITIVE_INFINITY, readiness)?.reason
}

function unreadyWave(member: Member, wave: number, readiness: Readiness): string | undefined {
  const unready = member.waves.size < 2 ? undefined : firstUnready(member, wave, readiness)
  return unready && `wave ${unready.wave}: ${unready.reason}`
}

interface Unready {
  readonly wave: number
  readonly reason: string
}

/** The first object of the lowest wave below `before` that is not ready. */
function firstUnready(member: Member, before: number, readiness: Readiness): Unready | undefined {
  let first: Unready | undefined
  const isLower = (wave: number) => wave < before && wave < (first?.wave ?? Number.POSITIVE_INFINITY)
  for (const { key, wave = 0 } of member.blocked)
    if (isLower(wave)) first = { wave, reason: `${describeKey(key)} is not as declared` }
  for (const object of member.objects.values()) {
    const wave = waveNow(member.name, object, readiness)
    const reason = isLower(wave) ? unreadyObject(member, object, readiness) : undefined
    if (reason !== undefined) first = { wave, reason: `${describeKey(object.key)} ${reason}` }
  }
  return first
}

/** The reason does not say how far an object is: each different text is reported anew. */
function unreadyObject(member: Member, object: ResolvedObject, readiness: Readiness): string | undefined {
  const { name } = member
  const live = readiness.live(idOf(object.key))
  const known = { record: readiness.record(name), live: readiness.live }
  const run = live === undefined ? runOf(object, member, known) : undefined
  if (run === undefined && (live === undefined || appliedOf(live)?.digest !== object.digest))
    return 'is not as declared'
  const health = run ? healthOfRun(run) : live && ownHealth(member, object, live, readiness.healths)
  if (health === undefined) return 'is not as declared'
  if (health.status === 'suspended') return health.isUnfinished ? 'is suspended' : undefined
  return health.status === 'healthy' ? undefined : 'is not healthy'
}
