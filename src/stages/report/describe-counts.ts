import type { InstallationStatus } from '../../model/status.ts'

type Counts = InstallationStatus['objects']

/** Describes counts for people: `3 of 4`, `3 of 4, 2 held`. */
export function describeCounts({ declared, healthy, held }: Counts): string {
  return `${healthy} of ${declared}${held === undefined ? '' : `, ${held} held`}`
}

/** Counts for a column: `3/4`, `3/4 +2`. */
export function abbreviateCounts({ declared, healthy, held }: Counts): string {
  return `${healthy}/${declared}${held === undefined ? '' : ` +${held}`}`
}
