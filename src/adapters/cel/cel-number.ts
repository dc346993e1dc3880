import { exactNumber } from '../../model/exact-integer.ts'

/** A number as the API server has it in CEL: a whole one is int, and double beyond 64 bits, as any other. */
export function celNumberOf(value: number | bigint): number | bigint {
  const exact = Number.isSafeInteger(value) ? BigInt(value) : exactNumber(value)
  return typeof exact === 'bigint' && BigInt.asIntN(64, exact) === exact ? exact : Number(exact)
}
