import type { ResolvedObject } from '../../model/installation.ts'
import type { Applied } from './applied.ts'
import { boundTo } from './bound-to.ts'
import type { Owner } from './owner.ts'

type Marked = Pick<ResolvedObject, 'key' | 'digest'>

/** The mark of an object that is applied now. */
export function newMark(
  marked: Marked,
  owner: Owner,
  { settled = '', isTaken }: Partial<Pick<Applied, 'settled' | 'isTaken'>> = {},
): Applied {
  const mark = { revision: owner.revision, digest: marked.digest, settled }
  return renewedMark({ ...mark, ...(isTaken && { isTaken }) }, marked, owner)
}

/** Renews a mark in the current format: bound to its object and, with a key, sealed. */
export function renewedMark(
  { revision, digest, settled, isTaken }: Applied,
  { key }: Pick<Marked, 'key'>,
  { repository, installationId, sealer }: Owner,
): Applied {
  const seal = sealer?.seal({ repository, installationId, key, revision, digest })
  const bound = boundTo(repository, key)
  return {
    revision,
    digest,
    settled,
    bound,
    ...(seal !== undefined && { seal }),
    ...(isTaken && { isTaken }),
  }
}
