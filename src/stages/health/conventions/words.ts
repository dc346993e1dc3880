/** The meaning of a word that a controller uses for an object's state. */
export type Meaning = 'healthy' | 'progressing' | 'degraded' | 'suspended'

/**
 * Meaning of the usual words for a phase or state, whatever their case and separators: `Ready`,
 * `UpdateFailed`, `in-progress`. Undefined for other words.
 */
export function meaningOf(word: string): Meaning | undefined {
  if (word === '' || word.length > LONGEST) return undefined
  return EXACT.get(word) ?? meaningOfPlain(word.toLowerCase().replaceAll(SEPARATORS, ''))
}

function meaningOfPlain(word: string): Meaning | undefined {
  const known = EXACT.get(word)
  if (known !== undefined) return known
  if (FAILURE.test(word)) return 'degraded'
  if (word.endsWith('running')) return 'healthy'
  return UNDER_WAY.test(word) && word !== 'warning' ? 'progressing' : undefined
}

/** A longer text is a sentence. */
const LONGEST = 40
const SEPARATORS = /[^a-z0-9]+/g
const UNDER_WAY =
  /ing$|pending|waiting|inprogress|^(?:applying|bootstrap|building|creating|deploying|initial|installing|migrating|requires|rolling|scaling|updating|upgrading)/
const FAILURE = /fail|error|crash|unhealthy|degraded|invalid|reject|misconfig|unrecover|notfound|unavailable/

const WORDS: Readonly<Record<Meaning, readonly string[]>> = {
  healthy: [
    'accepted',
    'active',
    'allocated',
    'applied',
    'attached',
    'available',
    'bound',
    'complete',
    'completed',
    'compliant',
    'connected',
    'configured',
    'created',
    'deployed',
    'done',
    'enabled',
    'established',
    'exists',
    'finished',
    'green',
    'healthy',
    'initialized',
    'installed',
    'listening',
    'normal',
    'ok',
    'online',
    'operational',
    'passed',
    'provisioned',
    'published',
    'ready',
    'reconciled',
    'registered',
    'released',
    'resolved',
    'running',
    'serving',
    'stable',
    'started',
    'succeeded',
    'success',
    'successful',
    'synced',
    'synchronized',
    'up',
    'updated',
    'uptodate',
    'valid',
    'verified',
  ],
  progressing: [
    'accepting',
    'incomplete',
    'inprogress',
    'inqueue',
    'new',
    'notready',
    'notstarted',
    'outofsync',
    'planned',
    'prepared',
    'queued',
    'requested',
    'retry',
    'scheduled',
    'submitted',
    'unknown',
    'yellow',
  ],
  degraded: [
    'aborted',
    'blocked',
    'broken',
    'canceled',
    'cancelled',
    'conflict',
    'conflicted',
    'critical',
    'dead',
    'denied',
    'deadlineexceeded',
    'disconnected',
    'down',
    'expired',
    'failing',
    'faulted',
    'faulty',
    'forbidden',
    'inconsistent',
    'lost',
    'noncompliant',
    'offline',
    'red',
    'stalled',
    'stuck',
    'terminated',
    'timedout',
    'timeout',
    'unauthorized',
    'unreachable',
    'unschedulable',
    'unsupported',
  ],
  suspended: [
    'disabled',
    'halted',
    'hibernated',
    'hibernating',
    'paused',
    'scaledtozero',
    'sleeping',
    'stopped',
    'suspended',
  ],
}

/** By word in lower case, and with a capital, as most are written. */
const EXACT: ReadonlyMap<string, Meaning> = new Map(
  (Object.keys(WORDS) as Meaning[]).flatMap((meaning) =>
    WORDS[meaning].flatMap((word) => [
      [word, meaning] as const,
      [word.charAt(0).toUpperCase() + word.slice(1), meaning] as const,
    ]),
  ),
)
