import type { GroupStanding } from '../../control/standing/standing.ts'
import { cut } from '../../model/cut.ts'
import { firstOf } from '../../model/first-of.ts'
import type { GroupReport, Named } from '../../model/group-report.ts'
import { dateText, spanText } from './date-text.ts'

/** Maximum number of names, of proofs and of rejections. */
const NAMED = 3
const LONGEST_WAIT = 400

interface DetailsOptions {
  /** ms since the epoch. */
  readonly now: number
}

/** What there is to say of a group below its row, one sentence each. */
export function groupDetails(group: GroupStanding, options: DetailsOptions): readonly string[] {
  const { report } = group
  if (report === undefined) return ['the status branch tells nothing of it yet']
  return [
    ...(report.waits === undefined ? [] : [cut(report.waits, LONGEST_WAIT)]),
    ...peopleLines(report),
    ...(group.members === undefined ? [] : recordLines(group, options)),
  ]
}

function peopleLines({ moving, unavailable, waiting }: GroupReport): readonly string[] {
  const told = [
    namedText('moving', moving),
    namedText('unavailable', unavailable),
    namedText('waiting for something of their own', {
      count: waiting.length,
      names: waiting.map(({ member }) => member),
    }),
  ]
  return told.filter((line) => line !== '')
}

function namedText(what: string, { count, names }: Named): string {
  if (count === 0) return ''
  const shown = names.slice(0, NAMED).map((name) => cut(name, 60))
  const more = count > shown.length && shown.length > 0 ? ` and ${count - shown.length} more` : ''
  return `${count} ${what}${shown.length === 0 ? '' : `: ${shown.join(', ')}${more}`}`
}

function recordLines(
  { record, rollout, members = [] }: GroupStanding,
  { now }: DetailsOptions,
): readonly string[] {
  if (record === undefined) return []
  const { at, wellSince, proofs, rejected } = record
  const well = wellSince === undefined ? '' : `, all well for ${spanText(now - wellSince)}`
  const proven = proofs.map(({ commit, soaked }) => `${commit.slice(0, 7)} (well for ${spanText(soaked)})`)
  const names = new Set(members.map(({ name }) => name))
  const skipped = rollout.skip.map((name) => `${cut(name, 60)}${names.has(name) ? '' : ' (no member)'}`)
  return [
    `at ${at.commit.slice(0, 7)} since ${dateText(at.since)}${well}`,
    proven.length === 0 ? 'proved nothing yet' : `proved ${firstOf(proven, NAMED)}`,
    ...rejected
      .slice(0, NAMED)
      .map(
        ({ commit, at: when, why }) =>
          `rejected ${commit.slice(0, 7)}, ${dateText(when)}: ${cut(why, LONGEST_WAIT)}`,
      ),
    ...(rejected.length > NAMED ? [`and ${rejected.length - NAMED} rejected before`] : []),
    ...(skipped.length === 0 ? [] : [`skips ${firstOf(skipped, NAMED)}`]),
  ]
}
