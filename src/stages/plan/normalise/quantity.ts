const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(?:([EPTGMK]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/

const NANO = 10n ** 9n
const MAXIMUM = (2n ** 63n - 1n) * NANO

const NANOS_OF_SUFFIX: ReadonlyMap<string, bigint> = new Map([
  ['n', 1n],
  ['u', 10n ** 3n],
  ['m', 10n ** 6n],
  ['', NANO],
  ['k', NANO * 10n ** 3n],
  ['M', NANO * 10n ** 6n],
  ['G', NANO * 10n ** 9n],
  ['T', NANO * 10n ** 12n],
  ['P', NANO * 10n ** 15n],
  ['E', NANO * 10n ** 18n],
  ['Ki', NANO * 2n ** 10n],
  ['Mi', NANO * 2n ** 20n],
  ['Gi', NANO * 2n ** 30n],
  ['Ti', NANO * 2n ** 40n],
  ['Pi', NANO * 2n ** 50n],
  ['Ei', NANO * 2n ** 60n],
])

/**
 * A Kubernetes quantity such as `1500m`, `1.5Gi` or `1e3` in units of 10⁻⁹, exactly. Finer values are rounded
 * away from zero and values beyond 2⁶³-1 are capped, as in the API server (apimachinery,
 * resource.ParseQuantity). Undefined for any other text.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match = SYNTAX.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', suffix = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const unit = NANOS_OF_SUFFIX.get(suffix) ?? NANO
  const scale = Number(exponent) - fraction.length
  const nanos = scaled(BigInt(whole + fraction) * unit, scale)
  const capped = nanos > MAXIMUM ? MAXIMUM : nanos
  return sign === '-' ? -capped : capped
}

/** `value` × 10^`power`, rounded up. */
function scaled(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power)
  const divisor = 10n ** BigInt(-power)
  return (value + divisor - 1n) / divisor
}
