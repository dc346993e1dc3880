/**
 * A finite number in decimal without exponent, with as few digits as tell it from others: Go's
 * strconv.FormatFloat(number, 'f', -1, 64), by which SOPS takes numbers into the MAC.
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
