import { hash } from 'node:crypto'
import type { Draft } from './drafts.ts'

/** A name of an object as Kubernetes accepts it (RFC 1123 subdomain). */
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const LONGEST = 253
const HASH_DIGITS = 8

/**
 * Names of the Installation objects of installations without a document, by installation: its name, with `.`
 * for `/`. Where Kubernetes does not accept that, or another installation has it, a hash makes it unique.
 */
export function objectNames(drafts: readonly Draft[]): ReadonlyMap<string, string> {
  const without = drafts.filter(({ document, isAlone }) => document === undefined && !isAlone)
  const taken = new Set(drafts.flatMap(({ document }) => document?.document.name ?? []))
  const plain = Map.groupBy(without, ({ name }) => name.replaceAll('/', '.'))
  return new Map(
    without.map(({ name }) => {
      const wanted = name.replaceAll('/', '.')
      const isFree = !taken.has(wanted) && (wanted === name || plain.get(wanted)?.length === 1)
      return [name, isFree && isSubdomain(wanted) ? wanted : hashed(name)]
    }),
  )
}

function isSubdomain(name: string): boolean {
  return name.length <= LONGEST && SUBDOMAIN.test(name)
}

function hashed(name: string): string {
  const slug = name
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST - HASH_DIGITS - 1)
    .replaceAll(/^-|-$/g, '')
  const digits = hash('sha256', name).slice(0, HASH_DIGITS)
  return slug === '' ? `installation-${digits}` : `${slug}-${digits}`
}
