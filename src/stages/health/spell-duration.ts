const UNITS: readonly (readonly [string, number])[] = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
]

/** `10 minutes`, `1 hour`, `90 seconds`: in the largest unit that yields a whole number. */
export function spellDuration(ms: number): string {
  const [name, size] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['millisecond', 1]
  const count = ms / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
