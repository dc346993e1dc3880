import { availableParallelism } from 'node:os'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import type { EngineLimits } from './engine.ts'

const MEBIBYTE = 1024 ** 2

/** The given limits, completed with defaults. */
export function engineLimits(given: Partial<EngineLimits> = {}): EngineLimits {
  const { renderer } = processBudgets()
  return {
    outputBytes: 16 * MEBIBYTE,
    memoryBytes: renderer,
    cacheBytes: Math.floor(renderer / 4),
    timeoutMs: 30_000,
    idleMs: 300_000,
    parallel: availableParallelism(),
    ...given,
  }
}
