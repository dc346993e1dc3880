import { availableParallelism } from 'node:os'
import type { EngineLimits } from './engine.ts'

const mebibyte = 1024 ** 2

/** The given limits, completed with defaults. */
export function engineLimits(given: Partial<EngineLimits> = {}): EngineLimits {
  // Quick, suspect and long renderings have separate programs; rarely are all three large.
  const memoryBytes = Math.min(1024 * mebibyte, containerBytes() / 3)
  return {
    outputBytes: 16 * mebibyte,
    memoryBytes: Math.floor(memoryBytes),
    cacheBytes: Math.floor(memoryBytes / 4),
    timeoutMs: 30_000,
    idleMs: 300_000,
    parallel: availableParallelism(),
    ...given,
  }
}

// A container that runs out of memory takes Reeve down, too. Without a limit, Node reports 0 or far too much.
function containerBytes(): number {
  return process.constrainedMemory() || Number.POSITIVE_INFINITY
}
