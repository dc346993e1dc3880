import { availableParallelism } from 'node:os'
import type { EngineLimits } from './engine.ts'

const mebibyte = 1024 ** 2

/** The limits given, completed by the defaults. */
export function engineLimits(given: Partial<EngineLimits> = {}): EngineLimits {
  return {
    outputBytes: 16 * mebibyte,
    memoryBytes: 1024 * mebibyte,
    cacheBytes: 256 * mebibyte,
    timeoutMs: 30_000,
    idleMs: 300_000,
    parallel: availableParallelism(),
    ...given,
  }
}
