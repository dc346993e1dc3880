/** Who a webhook comes from, as it claims. */
export const WEBHOOK_FORGES = ['github', 'gitlab', 'gitea', 'unknown'] as const

export type WebhookForge = (typeof WEBHOOK_FORGES)[number]

/** What became of a webhook; only one that is accepted leads to work. */
export const WEBHOOK_RESULTS = [
  'accepted',
  /** Signed, and of another repository or branch, or of a kind that nothing depends on. */
  'ignored',
  /** Came before. */
  'repeated',
  'stale',
  /** Not signed by one of the secrets. */
  'forged',
  'oversized',
  /** Did not arrive in time. */
  'late',
  /** Signed, but not JSON. */
  'malformed',
  /** One of too many. */
  'limited',
  /** The secrets cannot be read. */
  'failed',
] as const

export type WebhookResult = (typeof WEBHOOK_RESULTS)[number]
