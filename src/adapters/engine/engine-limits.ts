import { availableParallelism } from 'node:os'
import type { EngineLimits } from './engine.ts'

const mebibyte = 1024 ** 2

/** The limits given, completed by the defaults. */
export function engineLimits(given: Partial<EngineLimits> = {}): EngineLimits {
  // What is quick, what is repeated alone and what takes long have a program each: rarely all are large.
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

// A container that is out of memory loses us as well. Node says 0, or far too much, without a limit.
function containerBytes(): number {
  return process.constrainedMemory() || Number.POSITIVE_INFINITY
}
