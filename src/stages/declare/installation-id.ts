import { createHash } from 'node:crypto'

const plain = /^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?(?:\/[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)*$/
const longest = 63
const hashDigits = 20

/**
 * An installation's name as a label value: at most 63 characters, unique for each name. Lower-case names stay
 * as they are, with `_` for `/`; any other becomes `slug-H` and 80 bits of its SHA-256. No plain name
 * contains a capital letter, so the two forms can't collide.
 */
export function installationId(name: string): string {
  if (name.length <= longest && plain.test(name)) return name.replaceAll('/', '_')
  const hash = `H${createHash('sha256').update(name).digest('hex').slice(0, hashDigits)}`
  const slug = slugOf(name).slice(0, longest - hash.length - 1)
  return slug === '' ? hash : `${slug}-${hash}`
}

function slugOf(name: string): string {
  return name
    .slice(0, longest)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
}
