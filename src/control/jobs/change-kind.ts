import type { ChangeKind, HookEvent } from '../../model/hook-run.ts'
import type { InstallationState, InstallationStatus } from '../../model/status.ts'

const ASLEEP: ReadonlySet<InstallationState> = new Set(['hibernated', 'deletion-pending'])

/** What becomes of an installation that is brought to another source. */
export function changeKind(record: InstallationStatus | undefined, sleeps: boolean): ChangeKind {
  const isAsleep = record !== undefined && ASLEEP.has(record.state)
  if (sleeps) return isAsleep || record === undefined ? 'none' : 'sleep'
  return isAsleep ? 'wake' : 'sync'
}

/** What runs before each change. */
export const BEFORE: Readonly<Partial<Record<ChangeKind, HookEvent>>> = {
  sync: 'pre-sync',
  sleep: 'pre-hibernate',
  removal: 'pre-delete',
}

/** What runs once all of it is applied and healthy. */
export const AFTER: Readonly<Partial<Record<ChangeKind, HookEvent>>> = {
  sync: 'post-sync',
  wake: 'post-wake',
}
