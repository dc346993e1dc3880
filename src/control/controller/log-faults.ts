import { describeKey } from '../../model/object.ts'
import { type ObjectFault, shareRemedies } from '../../model/share-remedies.ts'
import { faultFields, type Log, logMore, MOST_LOGGED } from '../../support/telemetry/log.ts'

/** Maximum number of objects in one line. */
const NAMED = 20

/** Logs the faults of an installation's objects; what can be done about several is said once. */
export function logFaults(installation: string, faults: readonly ObjectFault[], log: Log): void {
  const shared = shareRemedies(faults)
  for (const { fault, objects } of shared.slice(0, MOST_LOGGED)) {
    const names = objects.slice(0, NAMED).map(describeKey)
    const [only, ...others] = names
    const which = others.length === 0 ? { object: only } : { objects: names }
    log.error({ installation, ...faultFields(fault), ...which }, 'object not as declared')
  }
  logMore(installation, shared.length, log)
}
