/**
 * Joins shares of a secret: Shamir's Secret Sharing over GF(2⁸), byte by byte, as in SOPS and Vault. The last
 * byte of a share is its x. Undefined if they cannot be shares of one secret.
 */
export function joinShares(shares: readonly Uint8Array[]): Uint8Array | undefined {
  const length = shares[0]?.length ?? 0
  const xs = shares.map((share) => share.at(-1) ?? 0)
  const fit = shares.every((share) => share.length === length) && new Set(xs).size === xs.length
  if (!fit || shares.length < 2 || length < 2) return undefined
  const weights = xs.map((x, index) => weightAtZero(x, xs.toSpliced(index, 1)))
  return Uint8Array.from({ length: length - 1 }, (_, at) =>
    shares.reduce((sum, share, index) => sum ^ multiply(share[at] ?? 0, weights[index] ?? 0), 0),
  )
}

/** Lagrange's basis polynomial of `x` at zero. */
function weightAtZero(x: number, others: readonly number[]): number {
  return others.reduce((product, other) => multiply(product, divide(other, x ^ other)), 1)
}

function divide(a: number, b: number): number {
  return multiply(a, inverse(b))
}

/** a²⁵⁴ (Fermat's little theorem in a field of 256). */
function inverse(a: number): number {
  let product = 1
  for (let power = a, exponent = 254; exponent > 0; exponent >>= 1) {
    if (exponent & 1) product = multiply(product, power)
    power = multiply(power, power)
  }
  return product
}

/** Modulo x⁸ + x⁴ + x³ + x + 1, the field of AES. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product & 0x80 ? 0x11b : 0)
    if ((b >> bit) & 1) product ^= a
  }
  return product
}
