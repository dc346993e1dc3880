import { FaultError, fault } from '../../model/fault.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'
import { type Identity, sharesDirectory } from './identity.ts'

/** A Lease of coordination.k8s.io/v1, as the API server holds it. */
export type Lease = LiveObject

/** Annotation: where the holder runs, for users. */
const HOLDER = 'reeve.dev/holder'
/** Annotation: challenge to the holder to show that it still runs, chosen by the process that asks. */
const CHALLENGE = 'reeve.dev/challenge'
/** Annotation: the challenge that the holder answered last. */
const ANSWER = 'reeve.dev/answer'

/** Annotation: until when the holder, by its own clock, had what the remote said of its branch. */
const FOLLOWED = 'reeve.dev/followed'

/** Change of a Lease, as a JSON merge patch (RFC 7386); null removes. */
export interface LeaseChange {
  readonly annotations?: Readonly<Record<string, string | null>>
  readonly spec?: Readonly<Record<string, string | number | null>>
}

/** Holder of the Lease; empty if it is free. */
export function holderOf(lease: Lease): string {
  return textOf(lease, 'holderIdentity')
}

export function isFree(lease: Lease | undefined): boolean {
  return lease === undefined || holderOf(lease) === ''
}

export function isHeldBy({ holder }: Identity, lease: Lease | undefined): boolean {
  return lease !== undefined && holderOf(lease) === holder
}

/** Whether an earlier process with the same data directory holds it: only one at a time can use that. */
export function isLeftBehindBy({ holder }: Identity, lease: Lease): boolean {
  return sharesDirectory(holderOf(lease), holder)
}

/** The challenge that awaits an answer. */
export function openChallenge({ metadata }: Lease): string | undefined {
  const challenge = metadata.annotations?.[CHALLENGE]
  return challenge === metadata.annotations?.[ANSWER] ? undefined : challenge
}

/** Whether the holder at the time of the challenge, `then`, has answered. */
export function hasAnswered(then: Lease, now: Lease | undefined): boolean {
  return (
    now !== undefined &&
    holderOf(now) === holderOf(then) &&
    answerTo(then) === now.metadata.annotations?.[ANSWER]
  )
}

/** The holder, where it runs and since when, for users. */
export function describeHolder(lease: Lease): string {
  const { namespace, name, annotations } = lease.metadata
  const about = annotations?.[HOLDER] ?? holderOf(lease)
  return `${about}, since ${textOf(lease, 'acquireTime')} (Lease ${namespace}/${name})`
}

/** Takes the Lease. Counts a transition if another Reeve had it before (LeaseSpec.leaseTransitions). */
export function claiming(before: Lease | undefined, me: Identity): LeaseChange {
  const now = microTime()
  const transitions = before === undefined ? 0 : transitionsOf(before) + (isLeftBehindBy(me, before) ? 0 : 1)
  return {
    annotations: { [HOLDER]: me.about, [CHALLENGE]: null, [ANSWER]: null, [FOLLOWED]: null },
    spec: { holderIdentity: me.holder, acquireTime: now, renewTime: now, leaseTransitions: transitions },
  }
}

/** Asks the holder whether it still runs. */
export function challenging(challenge: string): LeaseChange {
  return { annotations: { [CHALLENGE]: challenge } }
}

/** Answers the challenge. @param followed until when the holder had what the remote said of its branch */
export function answering(lease: Lease, followed: Date): LeaseChange {
  return {
    annotations: { [ANSWER]: answerTo(lease) ?? null, [FOLLOWED]: followed.toISOString() },
    spec: { renewTime: microTime() },
  }
}

/**
 * For how long the holder, when it answered, had not followed its branch, in milliseconds by its own clock.
 * Undefined where it does not say: it is an earlier version, or none.
 */
export function notFollowedFor(lease: Lease): number | undefined {
  const followed = Date.parse(lease.metadata.annotations?.[FOLLOWED] ?? '')
  const ms = Date.parse(textOf(lease, 'renewTime')) - followed
  return Number.isNaN(ms) ? undefined : ms
}

/** Releases the Lease. */
export function releasing(): LeaseChange {
  return {
    annotations: { [HOLDER]: null, [CHALLENGE]: null, [ANSWER]: null, [FOLLOWED]: null },
    spec: { holderIdentity: null, renewTime: microTime() },
  }
}

function answerTo({ metadata }: Lease): string | undefined {
  return metadata.annotations?.[CHALLENGE]
}

function transitionsOf(lease: Lease): number {
  const { leaseTransitions } = specOf(lease)
  return typeof leaseTransitions === 'number' ? leaseTransitions : 0
}

function textOf(lease: Lease, field: string): string {
  const value: JsonValue | undefined = specOf(lease)[field]
  return typeof value === 'string' ? value : ''
}

function specOf({ spec }: Lease): JsonObject {
  return isJsonObject(spec) ? spec : {}
}

/** MicroTime of the Kubernetes API: six digits after the point. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z')
}

/** Fault that another Reeve has the Lease. */
export function heldBy(lease: Lease | undefined): FaultError {
  return new FaultError(fault('cluster-held', lease === undefined ? '' : describeHolder(lease)))
}
