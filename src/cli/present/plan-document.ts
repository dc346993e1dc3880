import { describeOwner } from '../../model/former-owner.ts'
import type { InstallationNotice } from '../../model/notice.ts'
import { gvkOf } from '../../model/object.ts'
import type { ObjectPlan, PatchBase, Plan, PlanReport } from '../../model/plan.ts'
import { revisionDocument } from '../../model/revision.ts'
import { changesOf } from '../../stages/plan/describe/changes.ts'
import { type LeftChange, leftOf } from '../../stages/plan/describe/left.ts'
import { redactedObject } from '../../stages/plan/describe/redact.ts'
import { takenOverFrom } from '../../stages/plan/ownership/taken-over-from.ts'
import { faultDocument } from './fault-document.ts'
import { handedOverFrom } from './handover.ts'
import { type Explain, isShown } from './is-shown.ts'
import { summarise } from './summary.ts'

/**
 * The plan for programs; its shape is stable within v1alpha1 (docs/using/plan.md, "Plans for programs").
 * Objects with nothing to show are only counted. Values of Secrets are redacted.
 */
export function planDocument(report: PlanReport, options: Explain): object {
  const { plans, faults, target, dryRun, warnings = [], notices = [] } = report
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Plan',
    ...(target && { cluster: target }),
    summary: summarise(plans),
    installations: plans.map((plan) => installation(plan, options)),
    faults: faults.map(faultDocument),
    ...(dryRun && { dryRun }),
    ...(warnings.length > 0 && { warnings: warnings.map(faultDocument) }),
    ...(notices.length > 0 && { notices: notices.map(noticeDocument) }),
  }
}

function noticeDocument(notice: InstallationNotice): object {
  return { installation: notice.installation, ...faultDocument(notice) }
}

function installation(plan: Plan, options: Explain): object {
  return {
    name: plan.installation,
    commit: revisionDocument(plan.revision),
    summary: summarise([plan]),
    ...(plan.held && { held: plan.held.map(faultDocument) }),
    objects: plan.objects
      .filter((object) => isShown(object, options))
      .map((object) => objectDocument(object, options)),
  }
}

function objectDocument(plan: ObjectPlan, { explain = false }: Explain): object {
  const { key, origin } = plan
  return {
    action: plan.action,
    group: key.group,
    kind: key.kind,
    ...(key.namespace !== '' && { namespace: key.namespace }),
    name: key.name,
    ...(origin && { file: origin.file, line: origin.line }),
    ...details(plan),
    ...(explain && explanation(plan)),
  }
}

function explanation(plan: ObjectPlan): object {
  const left = leftOf(plan).map(leftDocument)
  return {
    ...(left.length > 0 && { left }),
    ...(plan.action === 'patch' && plan.base && { base: baseDocument(plan.base) }),
  }
}

function baseDocument(base: PatchBase): object {
  return 'revision' in base ? { kind: base.kind, commit: revisionDocument(base.revision) } : base
}

/** Flattens the reason and its details beside the values. */
function leftDocument({ why, ...field }: LeftChange): object {
  return { ...field, ...why }
}

function details(plan: ObjectPlan): object {
  switch (plan.action) {
    case 'create':
      return { version: gvkOf(plan.desired).version, object: redactedObject(plan.desired, plan.sensitive) }
    case 'patch':
      return patchDetails(plan)
    case 'blocked':
      return { fault: faultDocument(plan.fault) }
    default:
      return {}
  }
}

function patchDetails(plan: Extract<ObjectPlan, { action: 'patch' }>): object {
  const from = handedOverFrom(plan)
  const owners = takenOverFrom(plan).map(describeOwner)
  return {
    ...(from !== undefined && { handedOverFrom: from }),
    ...(owners.length > 0 && { takenOverFrom: owners }),
    changes: changesOf(plan),
  }
}
