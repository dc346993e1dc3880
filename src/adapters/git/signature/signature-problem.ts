import type { FaultCode } from '../../../model/fault-table.ts'

export type SignatureCode = Extract<
  FaultCode,
  'unsigned-commit' | 'bad-signature' | 'unknown-signer' | 'unsupported-signature'
>

/** Why a commit is not signed as it has to be. */
export class SignatureProblem extends Error {
  readonly code: SignatureCode
  constructor(code: SignatureCode, details: string, options?: ErrorOptions) {
    super(details, options)
    this.name = 'SignatureProblem'
    this.code = code
  }
}
