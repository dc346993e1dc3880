import { INSTALLATION_STATES, type InstallationState, type InstallationStatus } from '../../model/status.ts'

const NAMED_IN_SUBJECT = 3
const LISTED_IN_BODY = 50

export interface Transitions {
  readonly cluster: string
  /** Full id of the fleet's commit. */
  readonly commit: string
  /** The installations whose record changed, sorted by name. */
  readonly changed: readonly InstallationStatus[]
  /** Names of removed installations. */
  readonly gone: readonly string[]
}

/** The message of a status commit: subject, changes, and trailers for programs. */
export function statusMessage(transitions: Transitions): string {
  const { cluster, commit, changed, gone } = transitions
  const trailers = [`Reeve-Commit: ${commit}`, `Reeve-Cluster: ${cluster}`]
  const state = worst(changed)
  if (state !== undefined) trailers.push(`Reeve-State: ${state}`)
  return `${[subject(transitions), lines(changed, gone).join('\n'), trailers.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

function subject({ commit, changed, gone }: Transitions): string {
  const [only] = changed
  if (only !== undefined && changed.length === 1 && gone.length === 0)
    return `${only.name}: ${only.state} at ${only.commit.slice(0, 7)}${aside(only)}`
  const at = `at ${commit.slice(0, 7)}`
  const names = [...changed.map((status) => status.name), ...gone]
  const counts = countStates(changed)
  if (gone.length > 0) counts.push(changed.length === 0 ? 'gone' : `${gone.length} gone`)
  const who = names.length <= NAMED_IN_SUBJECT ? names.join(', ') : `${names.length} installations`
  return `${who}: ${counts.join(', ')} ${at}`
}

function aside({ changes }: InstallationStatus): string {
  const healed = changes.length > 0 && changes.every((change) => change.reason === 'drift')
  return healed ? ' (drift put back)' : ''
}

function countStates(changed: readonly InstallationStatus[]): string[] {
  const present = INSTALLATION_STATES.map((state) => ({
    state,
    count: changed.filter((status) => status.state === state).length,
  })).filter(({ count }) => count > 0)
  const [only] = present
  if (only !== undefined && present.length === 1) return [only.state]
  return present.map(({ state, count }) => `${count} ${state}`)
}

function lines(changed: readonly InstallationStatus[], gone: readonly string[]): string[] {
  const all = [
    ...changed.flatMap((status) => [`- ${status.name}: ${status.state}`, ...detailsOf(status)]),
    ...gone.map((name) => `- ${name}: gone`),
  ]
  const rest = all.length - LISTED_IN_BODY
  return rest > 0 ? [...all.slice(0, LISTED_IN_BODY), `  and ${rest} more lines`] : all
}

function detailsOf({ problems, changes }: InstallationStatus): string[] {
  return [
    ...problems.map(({ file, line, object, message }) => {
      const place = file === undefined ? '' : `${file}:${line}: `
      return `  ${place}${object === undefined ? '' : `${object}: `}${oneLine(message)}`
    }),
    ...changes.map(({ object, action, reason, fields }) => {
      const where = fields === undefined ? '' : `: ${fields.join(', ')}`
      return `  ${action}${reason === 'drift' ? ' (drift)' : ''} ${object}${where}`
    }),
  ]
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300)
}

function worst(changed: readonly InstallationStatus[]): InstallationState | undefined {
  return INSTALLATION_STATES.find((state) => changed.some((status) => status.state === state))
}
