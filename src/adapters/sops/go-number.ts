/**
 * A finite number as a decimal without exponent, with the fewest digits that identify it: Go's
 * strconv.FormatFloat(number, 'f', -1, 64), with which SOPS adds numbers to the MAC.
 */
export function formatNumber(number: number): string {
  if (Object.is(number, -0)) return '-0'
  const [mantissa = '', exponent] = String(number).split('e')
  if (exponent === undefined) return mantissa
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.')
  const digits = `${whole}${fraction}`
  const point = whole.length + Number(exponent)
  return point > 0 ? `${sign}${digits.padEnd(point, '0')}` : `${sign}0.${'0'.repeat(-point)}${digits}`
}
