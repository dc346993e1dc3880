/** Where one version of a chart is. */
export interface FoundChart {
  /** `sha256:…` of the package, where it is known before the package is here. */
  readonly digest?: string | undefined
  /** Gets the package, of exactly that digest. @throws FaultError */
  readonly download: () => Promise<Uint8Array>
}
