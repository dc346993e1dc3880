import type { Forecast } from '../../../model/forecast.ts'
import { describeOwner } from '../../../model/former-owner.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { InstallationNotice } from '../../../model/notice.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import type {
  DryRun,
  IgnoredReason,
  ObjectPlan,
  PatchBase,
  Plan,
  PlanReport,
  PlanTarget,
} from '../../../model/plan.ts'
import { revisionDocument } from '../../../model/revision.ts'
import { takenOverFrom } from '../ownership/taken-over-from.ts'
import { changesOf, type FieldChange } from './changes.ts'
import { type FaultDocument, faultDocument } from './fault-document.ts'
import { handedOverFrom } from './handed-over-from.ts'
import { type Explain, isShown } from './is-shown.ts'
import { type LeftChange, leftOf } from './left.ts'
import { redactedObject } from './redact.ts'
import { type Summary, summarise } from './summary.ts'

/**
 * A plan as data, for programs and as the source of every text; its shape is stable within v1alpha1
 * (docs/using/plan.md, "Plans for programs"). Secrets are redacted.
 */
export interface PlanDocument {
  readonly apiVersion: 'reeve.dev/v1alpha1'
  readonly kind: 'Plan'
  readonly cluster?: PlanTarget
  readonly summary: Summary
  readonly installations: readonly InstallationDocument[]
  readonly faults: readonly FaultDocument[]
  readonly dryRun?: DryRun
  readonly warnings?: readonly FaultDocument[]
  readonly notices?: readonly NoticeDocument[]
  readonly rollout?: Forecast
}

export interface NoticeDocument extends FaultDocument {
  readonly installation: string
}

export interface InstallationDocument {
  readonly name: string
  readonly commit: RevisionDocument
  readonly summary: Summary
  readonly held?: readonly FaultDocument[]
  /** Objects with nothing to show are only counted in `summary`. */
  readonly objects: readonly ObjectDocument[]
}

/** A commit's full id, or `{ own, inherited, group }`. */
export type RevisionDocument = string | JsonObject

export interface ObjectDocument {
  readonly action: ObjectPlan['action']
  readonly group: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly file?: string
  readonly line?: number
  /** Of a creation. */
  readonly version?: string
  readonly object?: KubernetesObject
  /** Of a patch. */
  readonly handedOverFrom?: string
  readonly takenOverFrom?: readonly string[]
  readonly isReplacement?: true
  readonly changes?: readonly FieldChange[]
  /** Of a blocked object. */
  readonly fault?: FaultDocument
  readonly left?: readonly LeftDocument[]
  readonly base?: BaseDocument
}

export type LeftDocument = Omit<LeftChange, 'why'> & IgnoredReason

export type BaseDocument =
  | Exclude<PatchBase, { readonly revision: unknown }>
  | { readonly kind: 'same' | 'commit'; readonly commit: RevisionDocument }

export function planDocument(report: PlanReport, options: Explain): PlanDocument {
  const { plans, faults, target, dryRun, warnings = [], notices = [], rollout } = report
  return {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'Plan',
    ...(target && { cluster: target }),
    summary: summarise(plans),
    installations: plans.map((plan) => installationDocument(plan, options)),
    faults: faults.map(faultDocument),
    ...(dryRun && { dryRun }),
    ...(warnings.length > 0 && { warnings: warnings.map(faultDocument) }),
    ...(notices.length > 0 && { notices: notices.map(noticeDocument) }),
    ...(rollout && { rollout }),
  }
}

function noticeDocument(notice: InstallationNotice): NoticeDocument {
  return { installation: notice.installation, ...faultDocument(notice) }
}

export function installationDocument(plan: Plan, options: Explain): InstallationDocument {
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

export function objectDocument(plan: ObjectPlan, { explain = false }: Explain): ObjectDocument {
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

function explanation(plan: ObjectPlan): Pick<ObjectDocument, 'left' | 'base'> {
  const left = leftOf(plan).map(leftDocument)
  return {
    ...(left.length > 0 && { left }),
    ...(plan.action === 'patch' && plan.base && { base: baseDocument(plan.base) }),
  }
}

function baseDocument(base: PatchBase): BaseDocument {
  return 'revision' in base ? { kind: base.kind, commit: revisionDocument(base.revision) } : base
}

/** Flattens the reason and its details beside the values. */
function leftDocument({ why, ...field }: LeftChange): LeftDocument {
  return { ...field, ...why }
}

function details(plan: ObjectPlan): Partial<ObjectDocument> {
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

function patchDetails(plan: Extract<ObjectPlan, { action: 'patch' }>): Partial<ObjectDocument> {
  const from = handedOverFrom(plan)
  const owners = takenOverFrom(plan).map(describeOwner)
  return {
    ...(from !== undefined && { handedOverFrom: from }),
    ...(owners.length > 0 && { takenOverFrom: owners }),
    ...(plan.isReplacement && { isReplacement: true }),
    changes: changesOf(plan),
  }
}
