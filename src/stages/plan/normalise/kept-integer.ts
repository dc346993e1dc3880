import type { ScalarFormat } from '../../../model/schema.ts'

/** The integer as the API server keeps it: rounded to a double in a field of doubles, and beyond 64 bits. */
export function keptInteger(value: bigint, format: ScalarFormat): number | bigint {
  return format === 'double' || BigInt.asIntN(64, value) !== value ? Number(value) : value
}
