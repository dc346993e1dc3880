import type { ConnectGuard } from '../../support/exchange/outbound-agent.ts'

/**
 * What holds for a remote that others than the administrator name. Its credentials are for that repository alone, not
 * for what it redirects to, and what it answers to a refused request is in no message.
 */
export interface ForeignRemote {
  readonly guard: ConnectGuard
  /** Checks a URL before it is asked for. @throws FaultError */
  readonly check: (url: URL) => void
}
