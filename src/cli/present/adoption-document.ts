import type { Adopted, AdoptionReport, OwnedObjects } from '../../control/adopt/report.ts'
import type { FormerOwner } from '../../model/former-owner.ts'
import { describeKey, type ObjectKey } from '../../model/object.ts'
import type { Outcome } from '../../model/status.ts'
import { faultDocument } from '../../stages/plan/describe/fault-document.ts'
import type { Explain } from '../../stages/plan/describe/is-shown.ts'
import { planDocument } from '../../stages/plan/describe/plan-document.ts'
import { documentText } from './document-text.ts'

export interface AdoptionDocumentOptions extends Explain {
  readonly format: 'json' | 'yaml'
}

/** An adoption for programs: a Plan with the owners of the objects and, once adopted, the outcome. */
export function presentAdoptionDocument(
  report: AdoptionReport,
  adopted: Adopted | undefined,
  options: AdoptionDocumentOptions,
): string {
  const document = {
    ...planDocument({ plans: [report.plan], faults: report.faults, notices: report.notices }, options),
    kind: 'Adoption',
    takes: report.takes,
    owners: report.owners.map(owned),
    left: report.left.map(owned),
    ...(adopted && { adopted: adoptedDocument(adopted) }),
  }
  return documentText(document, options.format)
}

function owned({ owner, revision, objects }: OwnedObjects): object {
  return {
    ...ownerDocument(owner),
    ...(revision !== undefined && { revision }),
    objects: objects.map(keyDocument),
  }
}

function ownerDocument({ tool, namespace, name }: FormerOwner): object {
  return { tool, ...(namespace !== '' && { namespace }), ...(name !== '' && { name }) }
}

function keyDocument({ group, kind, namespace, name }: ObjectKey): object {
  return { group, kind, ...(namespace !== '' && { namespace }), name }
}

function adoptedDocument({ outcomes, removed, kept }: Adopted): object {
  return {
    objects: outcomes.map(outcomeDocument),
    removedReleases: removed.map(ownerDocument),
    keptReleases: kept.map(faultDocument),
  }
}

function outcomeDocument(outcome: Outcome): object {
  const fault = 'fault' in outcome ? { fault: faultDocument(outcome.fault) } : {}
  return { object: describeKey(outcome.key), result: outcome.result, ...fault }
}
