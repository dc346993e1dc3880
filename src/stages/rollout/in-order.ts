import type { JudgedMember } from './settle.ts'

/** What moves, in the order of the moves: members that are not well first, and then by their labels and names. */
export function inOrder<T extends { readonly each: JudgedMember }>(all: readonly T[]): readonly T[] {
  if (all.length < 2) return all
  const keyed = all.map((item) => ({ item, ...item.each.member, number: numberOf(item.each.member.order) }))
  return keyed.sort(compare).map(({ item }) => item)
}

interface Keyed {
  readonly item: { readonly each: JudgedMember }
  readonly name: string
  readonly order?: string
  readonly number: number
}

function numberOf(order: string | undefined): number {
  return order === undefined ? Number.NaN : Number(order)
}

function compare(a: Keyed, b: Keyed): number {
  const isWell = ({ item }: Keyed) => Number(item.each.condition === 'well')
  return isWell(a) - isWell(b) || byOrder(a, b) || (a.name < b.name ? -1 : 1)
}

/** Numbers by their size, texts by their letters; members without one come last. */
function byOrder(a: Keyed, b: Keyed): number {
  if (a.order === b.order) return 0
  if (a.order === undefined || b.order === undefined) return a.order === undefined ? 1 : -1
  return a.number - b.number || (a.order < b.order ? -1 : 1)
}
