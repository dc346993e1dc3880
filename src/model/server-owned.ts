/** Metadata that only the API server writes (meta/v1 ObjectMeta, "read-only", "populated by the system"). */
export const SERVER_OWNED_METADATA: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])
