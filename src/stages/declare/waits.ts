import { cyclesIn } from './cycles.ts'

/** One thing that waits for another. */
export interface Wait {
  readonly from: string
  readonly to: string
  /** Why, as a clause; absent where that goes without saying. */
  readonly why?: () => string
}

/** Tells the way that leads from a wait back to where it begins; undefined where none does. */
export type RoundOf = (wait: Wait) => string | undefined

/** Maximum number of waits that are looked at for all ways: some tenths of a second. */
const MOST_STEPS = 1_000_000
/** Maximum number of clauses in a text. */
const MOST_CLAUSES = 12

/** Finds the shortest way round for any of the waits. After many of them, only the first clause of a way is told. */
export function roundsIn(waits: readonly Wait[]): RoundOf {
  const byFrom = Map.groupBy(waits, ({ from }) => from)
  const numbers = cyclesIn(byFrom.keys(), (node) => (byFrom.get(node) ?? []).map(({ to }) => to))
  const isRound = ({ from, to }: Wait) => numbers.has(from) && numbers.get(from) === numbers.get(to)
  const inside = (node: string) => (byFrom.get(node) ?? []).filter(isRound)
  let left = MOST_STEPS
  return (wait) => {
    if (!isRound(wait)) return undefined
    const { way, taken } = wayBetween(wait.to, wait.from, inside, left)
    left -= taken
    return textOf([wait, ...way])
  }
}

/** The shortest way between two, by its waits; none where more than `most` would have to be looked at. */
function wayBetween(
  start: string,
  goal: string,
  inside: (node: string) => readonly Wait[],
  most: number,
): { readonly way: readonly Wait[]; readonly taken: number } {
  const reached = new Map<string, Wait | undefined>([[start, undefined]])
  let taken = 0
  for (const node of reached.keys()) {
    if (node === goal || taken >= most) break
    for (const wait of inside(node)) {
      taken += 1
      if (!reached.has(wait.to)) reached.set(wait.to, wait)
    }
  }
  const way: Wait[] = []
  for (let last = reached.get(goal); last !== undefined; last = reached.get(last.from)) way.unshift(last)
  return { way, taken }
}

function textOf(waits: readonly Wait[]): string {
  const clauses = waits.flatMap(({ why }) => why?.() ?? [])
  const more = clauses.length - MOST_CLAUSES
  return more > 0 ? `${clauses.slice(0, MOST_CLAUSES).join(', ')} and ${more} more` : clauses.join(', ')
}
