import type { LiveObject } from '../../../model/object.ts'
import type { Change, InstallationState, InstallationStatus } from '../../../model/status.ts'
import type { Changes } from '../changes.ts'
import { messageOf } from './installation-status.ts'
import { describeRefusal, refusedFields } from './refused-change.ts'

/** The contents of an Event about an Installation (events.k8s.io/v1). */
export interface InstallationEvent {
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase. */
  readonly reason: string
  readonly note: string
}

const WARNINGS: ReadonlySet<InstallationState> = new Set(['degraded', 'failed', 'invalid'])
const LONGEST_NOTE = 1_000
const NAMED = 5

/** The Event for a transition of an installation; undefined where nothing worth an Event changed. */
export function installationEvent(
  before: InstallationStatus | undefined,
  after: InstallationStatus,
  { changes }: Changes,
): InstallationEvent | undefined {
  const isNew = before?.state !== after.state || before.commit !== after.commit
  if (!isNew && changes.length === 0) return undefined
  const { state } = after
  const isDrift = !isNew && changes.every(({ reason }) => reason === 'drift')
  return {
    type: WARNINGS.has(state) ? 'Warning' : 'Normal',
    reason: isDrift ? 'DriftPutBack' : state.charAt(0).toUpperCase() + state.slice(1),
    note: noteOf(after, changes).slice(0, LONGEST_NOTE),
  }
}

/** The Event for a change of one of Reeve's own objects that was put back; undefined where there is none. */
export function refusalEvent(changes: readonly Change[], live: LiveObject): InstallationEvent | undefined {
  const fields = refusedFields(changes, live)
  if (fields.length === 0) return undefined
  return { type: 'Warning', reason: 'ChangeRefused', note: describeRefusal(fields, live) }
}

function noteOf(status: InstallationStatus, changes: Changes['changes']): string {
  const { state, commit, version } = status
  const at = `${state} at ${commit.slice(0, 7)}${version === undefined ? '' : `, version ${version}`}`
  const told = changes.slice(0, NAMED).map(({ action, object }) => `${action} ${object}`)
  const more = changes.length > NAMED ? [`and ${changes.length - NAMED} more`] : []
  return [at, messageOf(status), [...told, ...more].join(', ')].filter((part) => part).join(': ')
}
