import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { Amount, Ring, Rollout, Window } from '../../../model/rollout.ts'
import { durationIn, mappingsIn, stringsIn } from './read-rules.ts'
import { readVerify } from './read-verify.ts'

const DEFAULT_SHARE: Amount = { percent: 10 }
const DEFAULT_TIMEOUT_MS = 600_000

/** Reads a `rollout` that is valid by its schema and has no defects. */
export function readRollout(rollout: JsonObject): Rollout {
  const { order, wake, paused, after, windows, onFailure, approve } = rollout
  const freeze = isJsonObject(rollout.freeze) ? rollout.freeze : undefined
  return {
    maxUnavailable: amountIn(rollout.maxUnavailable) ?? DEFAULT_SHARE,
    tolerate: amountIn(rollout.tolerate) ?? DEFAULT_SHARE,
    ...(typeof order === 'string' && { order }),
    ...(typeof wake === 'string' && { wake }),
    pauseBetween: durationIn(rollout.pauseBetween) ?? 0,
    paused: paused === true,
    after: mappingsIn(after).map(readRing),
    windows: mappingsIn(windows).map(readWindow),
    ...(freeze && { freeze: { until: Date.parse(String(freeze.until)), reason: String(freeze.reason) } }),
    minReady: durationIn(rollout.minReady) ?? 0,
    timeout: durationIn(rollout.timeout) ?? DEFAULT_TIMEOUT_MS,
    onFailure: onFailure === 'rollback' || onFailure === 'continue' ? onFailure : 'halt',
    failureBudget: amountIn(rollout.failureBudget) ?? { count: 0 },
    rollsAllBack: objectIn(rollout.rollback).all === true,
    needsApproval: approve === 'manual',
    skip: stringsIn(rollout.skip),
    verify: readVerify(rollout.verify),
  }
}

function readRing({ group, soak }: JsonObject): Ring {
  return { group: String(group), soak: durationIn(soak) ?? 0 }
}

function readWindow({ kind, schedule, duration, timeZone }: JsonObject): Window {
  return {
    kind: kind === 'deny' ? 'deny' : 'allow',
    schedule: String(schedule),
    duration: durationIn(duration) ?? 0,
    timeZone: typeof timeZone === 'string' ? timeZone : 'UTC',
  }
}

function amountIn(value: JsonValue | undefined): Amount | undefined {
  if (typeof value === 'number') return { count: value }
  return typeof value === 'string' ? { percent: Number.parseInt(value, 10) } : undefined
}
