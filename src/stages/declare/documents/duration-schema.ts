const UNIT = '(ms|s|m|h|d)'
const PART = `\\d+(\\.\\d+)?${UNIT}`
const DURATION = `^(${PART})+$`
/** With a digit that is not 0. */
const POSITIVE_DURATION = `^(${PART})*(\\d*[1-9]\\d*(\\.\\d+)?|\\d+\\.\\d*[1-9]\\d*)${UNIT}(${PART})*$`

/** A duration such as 30s, 5m or 1h30m, as parseDuration reads it. */
export function duration(description: string) {
  return { type: 'string', maxLength: 32, pattern: DURATION, description } as const
}

/** One that is not zero. */
export function positiveDuration(description: string) {
  return { type: 'string', maxLength: 32, pattern: POSITIVE_DURATION, description } as const
}
