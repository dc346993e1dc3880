import { createSecretKey, type KeyObject } from 'node:crypto'
import { firstOf } from '../../model/first-of.ts'
import type { Secret } from '../../model/secret.ts'
import type { KeyGroup, Recipient } from './key-groups.ts'
import type { SopsMetadata } from './metadata.ts'
import { openWithAge } from './open-with-age.ts'
import { openWithOpenPgp } from './open-with-openpgp.ts'
import { joinShares } from './shamir.ts'
import type { SopsKeys } from './sops-keys.ts'
import { SopsProblem } from './sops-problem.ts'

const keyLength = 32
/** Maximum number of recipients that a message names. */
const mostNames = 10

/** Opens the data key, which encrypts all values of a file: 32 bytes. @throws SopsProblem */
export async function openDataKey({ groups, threshold }: SopsMetadata, keys: SopsKeys): Promise<KeyObject> {
  const opened: Opened[] = []
  for (const group of groups) opened.push(await openGroup(group, keys))
  const parts = opened.flatMap(({ part }) => part ?? [])
  const needed = groups.length > 1 ? threshold : 1
  if (parts.length < needed) {
    const problem = opened.find((group) => group.problem)?.problem
    throw problem ?? new SopsProblem(whyNot(groups, keys, parts.length, needed))
  }
  const dataKey = groups.length > 1 ? joinShares(parts) : parts[0]
  if (dataKey?.length === keyLength) return createSecretKey(dataKey)
  throw new SopsProblem('the data key in the sops metadata is damaged')
}

interface Opened {
  readonly part?: Uint8Array
  /** Why a key that should fit did not. */
  readonly problem?: SopsProblem
}

async function openGroup(group: KeyGroup, { age, openpgp }: SopsKeys): Promise<Opened> {
  const byAge = await tried(openWithAge, group, age)
  if (byAge.part) return byAge
  const byOpenPgp = await tried(openWithOpenPgp, group, openpgp)
  return byOpenPgp.part ? byOpenPgp : { ...byOpenPgp, ...byAge }
}

type Open = (recipients: readonly Recipient[], keys: readonly Secret[]) => Promise<Uint8Array | undefined>

async function tried(open: Open, group: KeyGroup, keys: readonly Secret[]): Promise<Opened> {
  try {
    const part = await open(group, keys)
    return part ? { part } : {}
  } catch (error) {
    if (error instanceof SopsProblem) return { problem: error }
    throw error
  }
}

function whyNot(groups: readonly KeyGroup[], keys: SopsKeys, opened: number, needed: number): string {
  const recipients = groups.flat()
  const names = firstOf(
    recipients.map(({ name }) => name),
    mostNames,
  )
  if (recipients.every(({ service }) => service === 'other'))
    return `encrypted for ${names}; Reeve decrypts with age and OpenPGP keys only`
  if (groups.length > 1)
    return `the keys open ${opened} of ${groups.length} key groups, but ${needed} are needed; the file is encrypted for ${names}`
  const none = keys.age.length + keys.openpgp.length === 0 ? 'no key is given' : 'none of the keys fits'
  return `${none}; the file is encrypted for ${names}`
}
