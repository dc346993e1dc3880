import { PlanningParts } from '../../control/planner/planning-parts.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import { describeKey, keyOf } from '../../model/object.ts'
import { faultFields } from '../../support/telemetry/log.ts'
import type { Parts, PlannerPart } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  {
    git,
    live,
    seal,
    report,
    fleet,
    lease,
  }: Pick<Parts, 'git' | 'live' | 'seal' | 'report' | 'fleet' | 'lease'>,
  { settings }: StartContext,
): Promise<PlannerPart> {
  const { log } = lease
  const { statuses } = report
  const { declarer, renderers } = fleet
  const part: Pick<PlannerPart, 'removalRefusal' | 'isDeletionAllowed'> = {
    removalRefusal: async () => undefined,
    isDeletionAllowed: () => false,
  }
  const parts = new PlanningParts({
    settings,
    source: git,
    view: live,
    sealKey: seal,
    renderers: () => renderers,
    fleet: () => declarer.fleet,
    records: () => statuses.all(),
    record: (name) => statuses.get(name),
    onUnproven: (object, problem) => {
      const installation = object.metadata.labels?.[INSTALLATION_LABEL]
      log.warn({ installation, ...faultFields(problem), object: describeKey(keyOf(object)) }, 'not deleted')
    },
    removalRefusal: (name, id, head) => part.removalRefusal(name, id, head),
    isDeletionAllowed: (name) => part.isDeletionAllowed(name),
    log,
  })
  declarer.onNewKeys(() => parts.forget())
  declarer.onFleet(() => void seal.load()) // retries if it was unavailable
  return Object.assign(part, { parts, planner: parts.planner() })
}
