import type { CredentialKind } from '../helpers/fault-proxy/credentials.ts'
import type { FaultPlan } from '../helpers/fault-proxy/faults.ts'

/** Faults that go together in a run, with the probability of each. */
export interface Mixture {
  /** Part of the name of everything that its runs make. */
  readonly name: string
  readonly title: string
  readonly plan: FaultPlan
  readonly credentials?: CredentialKind
}

const MANY: FaultPlan = {
  'reset-before': 0.02,
  'answer-lost': 0.04,
  'reset-in-answer': 0.03,
  stall: 0.02,
  slow: 0.05,
  burst: 0.01,
  throttled: 0.01,
  'watch-cut': 0.12,
  'watch-ended': 0.1,
  'watch-replayed': 0.1,
  'watch-expired': 0.08,
  'watch-refused': 0.05,
  'watch-silent': 0.08,
  'watch-late': 0.1,
  'list-expired': 0.1,
  'list-stale': 0.05,
}

/** Faults that befall single requests. */
export const REQUEST_MIXTURES: readonly Mixture[] = [
  { name: 'none', title: 'no faults', plan: {} },
  {
    name: 'reset',
    title: 'connections that break',
    plan: { 'reset-before': 0.1, 'reset-in-answer': 0.08 },
  },
  { name: 'lost', title: 'answers that are lost', plan: { 'answer-lost': 0.25 } },
  { name: 'slow', title: 'stalls and slow answers', plan: { stall: 0.08, slow: 0.2 } },
  { name: 'burst', title: 'bursts of 5xx', plan: { burst: 0.05 } },
  { name: 'throttle', title: '429 with Retry-After', plan: { throttled: 0.06 } },
  {
    name: 'token',
    title: 'tokens that expire',
    plan: { 'expired-token': 0.02, 'watch-ended': 0.3 },
  },
  {
    name: 'certificate',
    title: 'certificates that are rotated',
    plan: { 'rotated-client': 0.012, 'rotated-authority': 0.012, 'watch-ended': 0.2 },
    credentials: 'certificate',
  },
]

/** Faults of what goes on for long, and all of them together. */
export const LASTING_MIXTURES: readonly Mixture[] = [
  {
    name: 'watch',
    title: 'watches that break, end and fall silent',
    plan: { 'watch-cut': 0.3, 'watch-ended': 0.2, 'watch-silent': 0.2 },
  },
  {
    name: 'stale',
    title: 'late and repeated events, and lists from an older cache',
    plan: { 'watch-replayed': 0.3, 'watch-late': 0.3, 'watch-ended': 0.2, 'list-stale': 0.2 },
  },
  {
    name: 'gone',
    title: '410 in lists and watches',
    plan: { 'watch-expired': 0.3, 'watch-refused': 0.2, 'list-expired': 0.15 },
  },
  { name: 'many', title: 'all of that', plan: { ...MANY, 'expired-token': 0.003 } },
  {
    name: 'tls',
    title: 'all of that over TLS',
    plan: { ...MANY, 'rotated-client': 0.002, 'rotated-authority': 0.002 },
    credentials: 'certificate',
  },
]
