/**
 * What a condition's reason says of a state that is not as it should be: `failed`: something is wrong;
 * `pending`: it takes its time; `stopped`: on purpose. Undefined where it does not say.
 */
export type Cause = 'failed' | 'pending' | 'stopped'

export function causeOf(reason: string): Cause | undefined {
  if (STOPPED.test(reason)) return 'stopped'
  if (FAILED.test(reason)) return 'failed'
  return PENDING.test(reason) ? 'pending' : undefined
}

/** Whether a message, where there is no reason, names a failure. */
export function namesFailure(message: string): boolean {
  return FAILED_MESSAGE.test(message)
}

const STOPPED = /^(?:\w*(?:Paused|Suspended|Hibernated)|Stopped|ScaledToZero|ScaledDown|Disabled)$/
/** Words of reasons, which are in CamelCase. */
const FAILED =
  /^No(?:Matching|Resources|Such|Valid)|Fail|Err(?:or|[A-Z])|Invalid|Denied|Forbidden|NotFound|Not(?:Exist|Allowed|Permitted|Supported|Authorized|Valid)|Unauthori[sz]ed|Reject|Refused|Conflict|Misconfig|Expired|Time(?:d)?[Oo]ut|Exceed|Cannot|Unable|Unresolv|Unreachable|Unsupported|Unhealthy|(?<!Replicas)Unavailable|Unschedulable|Crash|Missing|Mismatch|Back[Oo]ff|Broken|Lost|Degraded|Abort|Insufficient|Exhausted|Stalled|Duplicate|Incompatible|Illegal|Corrupt|Incorrect|Malformed|Violat|Bad[A-Z]|Blocked/
const PENDING =
  /ing(?:[A-Z]|$)|Pending|Progress|Wait|Not(?:Ready|Yet|Started|Observed|Assigned)|ReplicasUnavailable|Incomplete|Queued|Scheduled|Unknown|Initial|Requested/
const FAILED_MESSAGE =
  /\b(?:fail(?:ed|ure|s|ing)?|errors?|denied|forbidden|invalid|cannot|could ?n[o']t|unable|not found|refused|timed out|unauthorized|exceeded)\b/i
