import { isJsonObject } from '../model/json.ts'
import type { Parts } from './parts.ts'

type Told = Pick<Parts['report'], 'statuses' | 'groups'> & {
  readonly commits: Pick<Parts['report']['commits'], 'groupRecords'>
}

/**
 * Whether a rollout has yet to bring an installation to the head of the branch, as this process knows or another one
 * recorded; where nothing tells, it may.
 */
export function isRolling(name: string, { statuses, groups, commits }: Told): boolean {
  const group = statuses.get(name)?.inherits?.group ?? ''
  if (group === '') return false
  const known = groups.get(group)?.state
  if (known !== undefined) return known !== 'done'
  const recorded = commits.groupRecords.get(group)
  return !(isJsonObject(recorded) && recorded.state === 'done')
}
