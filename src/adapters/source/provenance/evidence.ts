/** Maximum size of a provenance file, in bytes. */
export const MOST_PROVENANCE_BYTES = 1 << 20
/**
 * The type of the statement by which cosign signs. Others, such as a list of materials, do not say that the
 * signer publishes the image.
 */
export const SIGNED = 'https://sigstore.dev/cosign/sign/v1'

/** What a source has beside a package that tells who made it. Fetched when it is asked for. */
export interface Evidence {
  /** The provenance file of Helm; undefined if there is none. @throws FaultError */
  readonly provenanceFile: (digest: string) => Promise<Uint8Array | undefined>
  /** What cosign signs; absent: the source is no registry. @throws FaultError */
  readonly image?: (digest: string) => Promise<SignedImage>
}

/** The manifest of a chart in a registry. */
export interface SignedImage {
  /** `sha256:…` of its bytes. */
  readonly digest: string
  /** `ghcr.io/team/charts/chat`. */
  readonly repository: string
  readonly tag: string
  /** Signatures in the tag that cosign keeps them in. @throws FaultError */
  readonly signatures: () => Promise<readonly SimpleSignature[]>
  /** Texts of Sigstore bundles that refer to the manifest. @throws FaultError */
  readonly bundles: () => Promise<readonly Uint8Array[]>
}

/** A signed text of the format "simple signing". */
export interface SimpleSignature {
  readonly payload: Uint8Array
  /** Base64. */
  readonly signature: string
}
