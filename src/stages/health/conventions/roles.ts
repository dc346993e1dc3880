/**
 * What the type of a condition says of an object by convention.
 * - `summary`: whether the object does its work, all in all
 * - `end`: True as a summary, False as a part
 * - `claim`: False means that something is wrong, even where a summary is True
 * - `part`: counts where no summary is True
 * - `transit`: True while the controller works on it
 * - `fault`: True is a failure
 * - `stop`: True says that it was stopped on purpose
 */
export type Role = 'summary' | 'end' | 'claim' | 'part' | 'transit' | 'fault' | 'stop'

/** Role of a condition's type; undefined for one that says nothing about health. */
export function roleOf(type: string): Role | undefined {
  const known = ROLES.get(type)
  if (known !== undefined) return known
  if (PREFIX.test(type)) return roleOf(type.replace(PREFIX, ''))
  if (FAULT.test(type)) return 'fault'
  if (TRANSIT.test(type)) return 'transit'
  return PART.test(type) ? 'part' : undefined
}

/** `ACK.` and `example.dev/`. */
const PREFIX = /^.*[./]/
const TRANSIT = /InProgress$|^Rolling/
const FAULT =
  /^(?:Failed|Error|Conflict)[A-Z]|(?:Fail(?:ed|ures?|ing)|Errors?|Unhealthy|NotReady|Degraded|Stalled|Invalid|Misconfigured|Conflict(?:ed)?|Unreachable|Unavailable|Rejected|Exceeded)$/
const PART = /^(?!No[A-Z]).*(?:Ready|Available|Healthy|Valid|Succeeded|Sync(?:ed|hronized)|Reconciled)$/

const TYPES: Readonly<Record<Role, readonly string[]>> = {
  summary: ['Ready', 'Available'],
  end: ['Complete', 'Completed', 'Done', 'Finished', 'Succeeded'],
  claim: [
    'Accepted',
    'Healthy',
    'LastAsyncOperation',
    'Programmed',
    'ReconcileSuccess',
    'ReferencesResolved',
    'ResolvedRefs',
    'Synced',
    'Valid',
    'WellFormed',
  ],
  part: [
    'Applied',
    'Configured',
    'Connected',
    'Created',
    'Deployed',
    'Established',
    'Initialized',
    'Installed',
    'Provisioned',
    'Registered',
    'Running',
  ],
  transit: [
    'Creating',
    'Deploying',
    'Initializing',
    'Installing',
    'Migrating',
    'Pending',
    'Progressing',
    'Provisioning',
    'Reconciling',
    'Remediating',
    'Restarting',
    'Scaling',
    'ScalingDown',
    'ScalingUp',
    'Updating',
    'Upgrading',
  ],
  fault: ['Crashed', 'Recoverable', 'Stuck', 'Terminal'],
  stop: ['Hibernated', 'Hibernating', 'Paused', 'ReconciliationPaused', 'Stopped', 'Suspended'],
}

const ROLES: ReadonlyMap<string, Role> = new Map(
  (Object.keys(TYPES) as Role[]).flatMap((role) => TYPES[role].map((type) => [type, role] as const)),
)
