import type { InstallationStatus } from './status.ts'

type Counts = InstallationStatus['objects']

/** Describes counts for people: `3 of 4`, `2 of 4 objects healthy, 1 suspended, 2 held`. */
export function describeCounts({ declared, healthy, suspended, held }: Counts, noun = ''): string {
  return [
    `${healthy} of ${declared}${noun}`,
    ...counted(suspended, 'suspended'),
    ...counted(held, 'held'),
  ].join(', ')
}

function counted(count: number | undefined, word: string): readonly string[] {
  return count === undefined ? [] : [`${count} ${word}`]
}

/** Counts for a column, those that are healthy or suspended: `3/4`, `3/4 +2`. */
export function abbreviateCounts({ declared, healthy, suspended = 0, held }: Counts): string {
  return `${healthy + suspended}/${declared}${held === undefined ? '' : ` +${held}`}`
}
