import type { FaultCode } from '../../model/fault-table.ts'

/** What the signature of one commit says. */
export type Verdict =
  /** `signer`: a listed key that counts signed it; `forge`: the forge did. */
  { readonly by: 'signer' | 'forge' } | { readonly code: FaultCode; readonly details: string }
