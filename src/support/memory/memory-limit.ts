import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** V8 gives itself a heap of half the memory, unless it is told otherwise. */
const HEAPS = 2

/**
 * Memory that this process may use, in bytes: that of its container (`memory.max` or `memory.limit_in_bytes` of its
 * cgroup), else of the machine, and no more than what its heap is made for.
 */
export function memoryLimit(): number {
  // Node reports 0 or far too much where there is no limit.
  const container = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.min(container, totalmem(), HEAPS * getHeapStatistics().heap_size_limit)
}
