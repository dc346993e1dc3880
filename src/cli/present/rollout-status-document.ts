import type { GroupStanding, NamedCommit, Standing } from '../../control/standing/standing.ts'
import { recordDocument } from '../../stages/rollout/record-document.ts'

/** How rollouts are doing, for programs. */
export function rolloutStatusDocument({ groups, told, head, ...standing }: Standing): object {
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'RolloutStatus',
    ...standing,
    told: commitDocument(told),
    head: commitDocument(head),
    groups: groups.map(groupDocument),
  }
}

function groupDocument({ name, rollout, report, record, at, members }: GroupStanding): object {
  const { record: _, name: __, ...told } = report ?? {}
  return {
    name,
    after: rollout.after.map(({ group, soak }) => ({ group, soakMs: soak })),
    paused: rollout.paused,
    state: 'unknown',
    ...told,
    ...(at && { at: commitDocument(at) }),
    ...(record && { record: recordDocument(record) }),
    ...(members && {
      installations: members.map(({ since, ...member }) => ({
        ...member,
        ...(since !== undefined && { since: timeOf(since) }),
      })),
    }),
  }
}

export function commitDocument({ time, ...commit }: NamedCommit): object {
  return { ...commit, ...(time !== undefined && { time: timeOf(time * 1_000) }) }
}

function timeOf(ms: number): string | undefined {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined
}
