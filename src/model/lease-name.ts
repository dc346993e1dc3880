import { createHash } from 'node:crypto'

/** RFC 1123 subdomain: a valid object name. */
const OBJECT_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/**
 * The name of a Repository's Lease. The Repository's name is a label value, which may hold characters that an
 * object's name may not: such a name gets a hash and begins with `reeve.` instead of `reeve-`, so that no two
 * names share a Lease.
 */
export function leaseName(repository: string): string {
  if (OBJECT_NAME.test(repository)) return `reeve-${repository}`
  const readable = repository.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')
  return `reeve.${readable}.${createHash('sha256').update(repository).digest('hex').slice(0, 16)}`
}
