import {
  type Adopted,
  type AdoptionReport,
  isBlocked,
  type OwnedObjects,
} from '../../control/adopt/report.ts'
import { cut } from '../../model/cut.ts'
import type { Fault } from '../../model/fault.ts'
import { describeOwner } from '../../model/former-owner.ts'
import { describeKey } from '../../model/object.ts'
import { printable } from '../../model/printable.ts'
import { presentFaults } from './faults.ts'
import { paint } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { presentReport } from './present-report.ts'
import { wrap } from './wrap.ts'

/** The plan of `reeve adopt` for people, with the current owners of the objects. */
export function presentAdoption(report: AdoptionReport, options: PlanTextOptions): string {
  const { plan, faults, notices, owners, left } = report
  const text = presentReport({ plans: [plan], faults, notices }, { ...options, format: 'text' })
  return (
    text +
    block('Currently owned by:', owners, options) +
    block('Left with the current owner:', left, options)
  )
}

function block(heading: string, owners: readonly OwnedObjects[], options: PlanTextOptions): string {
  if (owners.length === 0) return ''
  const lines = owners.map((owned) => presentOwned(owned, options)).join('')
  return `\n${paint('bold', heading, options.colour)}\n${lines}`
}

function presentOwned({ owner, revision, objects }: OwnedObjects, { width }: PlanTextOptions): string {
  const title = `${describeOwner(owner)}${revision === undefined ? '' : `, revision ${revision}`}`
  const lines = objects.map((key) => `${cut(`      ${printable(describeKey(key))}`, width)}\n`)
  return `${cut(`  ${printable(title)}`, width)}\n${lines.join('')}`
}

export interface AdoptedTextOptions extends PlanTextOptions {
  /** Whether --yes was given. */
  readonly isMeant: boolean
}

/** The result of an adoption, or the next step. */
export function presentAdopted(
  report: AdoptionReport,
  adopted: Adopted | undefined,
  options: AdoptedTextOptions,
): string {
  const lines = adopted ? done(adopted, options) : wrap(howToGoOn(report, options), options.width, '')
  return `\n${lines}`
}

function howToGoOn(report: AdoptionReport, { isMeant }: AdoptedTextOptions): string {
  if (isBlocked(report))
    return 'Nothing was changed: unless every object can be taken over, none is. See above for what prevents it.'
  if (isMeant || report.takes === 0) return 'Nothing to take over.'
  const what = count(report.takes)
  return `Nothing was changed. To take over ${what}, run this again with --yes once the branch declares this.`
}

function done({ outcomes, removed, kept }: Adopted, options: AdoptedTextOptions): string {
  const faults: readonly Fault[] = [
    ...outcomes.flatMap((each) => ('fault' in each ? each.fault : [])),
    ...kept,
  ]
  const taken = outcomes.filter(({ result }) => result === 'patched').length
  const records = removed
    .map((owner) => `Removed the record of ${printable(describeOwner(owner))}.\n`)
    .join('')
  const what = outcomes.length === 0 ? 'Nothing to take over.' : `Took over ${count(taken)}.`
  return `${presentFaults(faults, options)}${what}\n${records}`
}

function count(objects: number): string {
  return `${objects} object${objects === 1 ? '' : 's'}`
}
