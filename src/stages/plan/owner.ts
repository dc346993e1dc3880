import type { Revision } from '../../model/revision.ts'
import type { Sealer } from './sealer.ts'

/** The installation and revision that an object is planned for. */
export interface Owner {
  /** Label value of the installation. */
  readonly installationId: string
  /** Name of the Repository. */
  readonly repository: string
  /** Revision that declares the object. */
  readonly revision: Revision
  /** Seals the marks; absent where Reeve has no key. */
  readonly sealer?: Sealer | undefined
}
