import { SealKey } from '../../control/seal/seal-key.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

/** Where the key cannot be had now, it is asked for again with each move. */
export async function start(
  { live, lease }: Pick<Parts, 'live' | 'lease'>,
  { settings }: StartContext,
): Promise<SealKey> {
  const seal = new SealKey({ view: live, repository: settings.name, mayCreate: true, log: lease.log })
  await seal.load()
  return seal
}
