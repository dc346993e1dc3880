/** Media type of a manifest (OCI image-spec, manifest.md). */
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
/** Maximum size of a manifest in registries, in bytes (OCI distribution-spec, "Pushing Manifests"). */
export const LARGEST_MANIFEST = 4 << 20
