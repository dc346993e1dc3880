/**
 * An integer as JSON values hold it: a number where JSON.stringify writes that with the same digits, else a bigint.
 * So equal integers are equal by `===`.
 */
export function exactInteger(value: bigint): number | bigint {
  const nearest = Number(value)
  return String(nearest) === String(value) ? nearest : value
}

/** From here on, JSON.stringify writes numbers with an exponent. */
const EXPONENT = 1e21

/** A number for arithmetic: beyond 2^53, a number stands for the integer that is written, not for its own value. */
export function exactNumber(value: number | bigint): number | bigint {
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value)
  return isRounded && value < EXPONENT && value > -EXPONENT ? BigInt(String(value)) : value
}
