import type { ControlPlaneAccess } from '../../../src/sandbox/control-plane-access.ts'
import type { LendOptions } from './pooled-control-plane.ts'

/** What test files and the pool tell each other. */
export type Message =
  | { readonly type: 'lend'; readonly options: LendOptions }
  /** The answer to it. */
  | { readonly type: 'lent'; readonly access: ControlPlaneAccess }
  | { readonly type: 'failed'; readonly error: string }
  /** The loan with that directory may be lent again once the file has ended. */
  | { readonly type: 'reuse'; readonly directory: string }
