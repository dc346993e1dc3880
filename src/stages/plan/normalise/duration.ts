const SYNTAX =
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*$/
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g

const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** A Go duration such as `1h30m` in nanoseconds (time.ParseDuration); undefined for any other text. */
export function parseDuration(text: string): bigint | undefined {
  if (text === '0') return 0n
  if (text.length > 64 || !SYNTAX.test(text)) return undefined
  let sum = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    sum += (BigInt(whole + fraction) * (NANOS[unit] ?? 0n)) / 10n ** BigInt(fraction.length)
  }
  return text.startsWith('-') ? -sum : sum
}
