import { createHash } from 'node:crypto'

/** RFC 1123 subdomain: what an object may be called. */
const OBJECT_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/**
 * The name of the Lease of a Repository, by the Repository's name. That is a label's value, which may
 * hold what the name of an object may not: such a name gets a hash and begins with `reeve.` instead of
 * `reeve-`, so that no two names share a Lease.
 */
export function leaseName(repository: string): string {
  if (OBJECT_NAME.test(repository)) return `reeve-${repository}`
  const readable = repository.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')
  return `reeve.${readable}.${createHash('sha256').update(repository).digest('hex').slice(0, 16)}`
}
