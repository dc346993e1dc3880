import type { Revision } from '../../model/revision.ts'
import type { Sealer } from './sealer.ts'

/** On whose behalf an object is planned. */
export interface Owner {
  /** Label value of the installation. */
  readonly installationId: string
  /** Name of the Repository. */
  readonly repository: string
  /** What declares the object. */
  readonly revision: Revision
  /** Seals the marks; absent where Reeve has no key. */
  readonly sealer?: Sealer | undefined
}
