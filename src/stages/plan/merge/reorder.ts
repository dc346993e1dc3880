import type { JsonValue } from '../../../model/json.ts'
import type { MergeSchema } from '../schema/compiled-schema.ts'
import { elementKey } from '../schema/list-index.ts'
import { whyLeft } from './leave.ts'
import { wirePointer } from './pointer.ts'
import type { Walk } from './walk.ts'

type List = readonly JsonValue[]

/**
 * Orders a live map list or set as Git does, if Git changed the order since base: init containers run one
 * after the other, and a variable may refer to earlier ones. Declared elements share the positions that they
 * have among others' elements. If Git's order equals base's, the live order stays.
 *
 * @returns the list at this point of the merge
 */
export function inOrderOfGit(walk: Walk, declared: List, base: List, live: List, schema: MergeSchema): List {
  if (base.length < 2 || declared.length < 2) return live
  const keysOf = (list: List) => list.map((element) => elementKey(element, schema.list) ?? '')
  const wanted = keysOf(declared)
  const there = keysOf(live)
  if (isSameOrder(wanted, keysOf(base), there) || isSameOrder(wanted, there, there)) return live
  if (whyLeft(walk.leave, walk.path)) return live
  const ours = wanted.values().filter((key) => there.includes(key))
  const next = () => live[there.indexOf(ours.next().value ?? '')] ?? null
  const value = live.map((element, index) => (wanted.includes(there[index] ?? '') ? next() : element))
  walk.changes.push({
    operation: { op: 'replace', path: wirePointer(walk.path), value },
    depth: walk.path.length,
  })
  return value
}

/** Whether the elements common to all three lists have the same order in the first two. */
function isSameOrder(one: readonly string[], other: readonly string[], third: readonly string[]): boolean {
  const ones = one.filter((key) => other.includes(key) && third.includes(key))
  const others = other.filter((key) => one.includes(key) && third.includes(key))
  return ones.every((key, index) => key === others[index])
}
