import { writeJson } from '../../model/json.ts'
import type { OperationResult } from '../../model/operation.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'

const PURPOSE = 'reeve.dev/operation'

/** Whose result it is. */
export interface ResultOf {
  readonly installation: string
  readonly operation: string
}

/** As it is recorded, sealed: others may write to the status branch, and restores go by it. */
export function sealedResult(
  of: ResultOf,
  { seal: _, ...result }: OperationResult,
  sealer: Sealer | undefined,
): OperationResult {
  return { ...result, ...(sealer && { seal: sealer.digest(textOf(of, result), PURPOSE) }) }
}

/** Whether Reeve recorded it. */
export function isSealedResult(of: ResultOf, { seal, ...result }: OperationResult, sealer: Sealer): boolean {
  return seal !== undefined && sealer.isDigest(seal, textOf(of, result), PURPOSE)
}

function textOf(
  { installation, operation }: ResultOf,
  { id, at, size = 0, where = '' }: Omit<OperationResult, 'seal'>,
): string {
  return writeJson([installation, operation, id, at, size, where])
}
