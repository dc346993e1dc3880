import { SealKey } from '../../control/seal/seal-key.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

/** If the key is unavailable now, each move asks for it again. */
export async function start(
  { live, lease }: Pick<Parts, 'live' | 'lease'>,
  { settings }: StartContext,
): Promise<SealKey> {
  const seal = new SealKey({ view: live, repository: settings.name, mayCreate: true, log: lease.log })
  await seal.load()
  return seal
}
