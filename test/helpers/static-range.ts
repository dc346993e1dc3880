/**
 * What a Service may declare without meeting what the API server gave another one: it takes from the first 16
 * addresses of the sandbox's 10.0.0.0/24 and from the first 86 node ports only when all others are taken.
 * https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 * https://kubernetes.io/docs/concepts/services-networking/service/#avoid-nodeport-collisions
 */
const ADDRESSES = 16
const NODE_PORTS = 86

/** @param n from 2, as 1 is the API server's own, to 16. */
export function staticAddress(n: number): string {
  if (n < 2 || n > ADDRESSES) throw new RangeError(`${n}`)
  return `10.0.0.${n}`
}

/** @param n from 0 to 85. */
export function staticNodePort(n: number): number {
  if (n < 0 || n >= NODE_PORTS) throw new RangeError(`${n}`)
  return 30_000 + n
}
