/** What a chart from some source needs before it is used. Whatever a rule names has to hold. */
export interface ProvenanceRule {
  /** `host`, `host/path` by whole segments, or `*` for any source; without a scheme. */
  readonly source: string
  /** Files of OpenPGP public keys, absolute: a provenance file of Helm is required. */
  readonly keyrings?: readonly string[]
  /** A signature of cosign is required, which only charts of OCI registries have. */
  readonly cosign?: CosignRule
}

export type CosignRule =
  /** Files of public keys in PEM, absolute. */
  | { readonly keys: readonly string[] }
  | {
      readonly identities: readonly SignerIdentity[]
      /** File, absolute: the certificates and keys of the Sigstore services that vouch for identities. */
      readonly trustedRoot: string
    }

/** A signer as a certificate of Fulcio names it; both are compared exactly. */
export interface SignerIdentity {
  readonly issuer: string
  readonly subject: string
}
