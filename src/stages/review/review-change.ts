import type { Fault } from '../../model/fault.ts'
import type { DryRun } from '../../model/plan.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import { type Faulty, sharedFaults } from '../../model/shared-faults.ts'
import { faultDocument } from '../plan/describe/fault-document.ts'
import { foldPlans } from '../plan/describe/fold-plans.ts'
import type { InstallationDocument } from '../plan/describe/plan-document.ts'
import { digestedChange } from './change-digest.ts'
import { changedDocuments, pendingDocuments } from './changed-documents.ts'
import type {
  ClusterReview,
  Effect,
  ReviewCommits,
  ReviewedInstallation,
  SharedFear,
} from './cluster-review.ts'
import { fearsOf } from './fears/fears.ts'
import { massDeletion } from './fears/mass-deletion.ts'
import { sharedFears } from './fears/shared-fears.ts'
import { imagesOf, sharedImages } from './images/images.ts'
import { isOnlyLabels } from './only-labels.ts'
import { allowanceOf } from './reviewed/allowance-of.ts'
import { freedBy } from './reviewed/freed-by.ts'
import { toldChange } from './told-change.ts'
import type { TouchedInstallation } from './touched-installation.ts'

/** Maximum number of sentences about rollouts. */
const MOST_SENTENCES = 100

export interface ReviewInput {
  /** Name of the Repository. */
  readonly repository: string
  /** Name of the change. */
  readonly change: string
  readonly cluster: string
  readonly commits: ReviewCommits
  readonly plannedAt: Date
  /** Sorted by name. */
  readonly touched: readonly TouchedInstallation[]
  /** Number of installations at the merged tree. */
  readonly installations: number
  /** The same at the head of the target. */
  readonly before: number
  /** Files that cannot be merged. */
  readonly conflicts: readonly string[]
  readonly dryRun: DryRun
  readonly warnings: readonly Fault[]
  /** Digest of a text that nobody else can make: what it covers may be secret. */
  readonly digest: (text: string) => string
  /** What it means for rollouts; absent where there are none. */
  readonly rollout?: { readonly changes: readonly string[]; readonly forecast: readonly string[] } | undefined
  /** Also tell fields that are left as they are, and the merge base of each change. */
  readonly explain?: boolean
}

/** What merging a change would do to a cluster, as data that may be shown. */
export function reviewChange(input: ReviewInput): ClusterReview {
  const { cluster, commits, plannedAt, touched, installations, conflicts, dryRun, warnings, digest } = input
  const { explain = false, rollout } = input
  const documents = touched.map((one) => changedDocuments(one, { explain }))
  const faulty = touched.map(newFaults)
  const acted = touched.flatMap((one, index) => reviewed(one, faulty[index], documents[index], digest))
  const faults = sharedFaults(faulty).map(faultDocument)
  const told = touched.map(toldOf)
  const changes = documents.map(withoutChurn)
  return {
    cluster,
    commits,
    plannedAt: rfc3339(plannedAt.getTime()),
    installations,
    acted,
    changes: foldPlans(changes),
    pending: foldPlans(touched.map((one) => pendingDocuments(one, { explain }))),
    fears: [...massDeletions(input), ...sharedFears(told.flatMap(({ fears }) => fears))],
    images: sharedImages(told),
    onlyLabels: objectsIn(documents) - objectsIn(changes),
    faults,
    conflicts,
    dryRun,
    warnings: [...warnings, ...freedBy(touched)].map(faultDocument),
    digest: digest(
      JSON.stringify([
        acted.map((one) => one.digest),
        faults.map(({ code, file, line, message }) => [code, file, line, message]),
        conflicts,
      ]),
    ),
    ...(rollout &&
      rollout.changes.length > 0 && { rolloutChanges: rollout.changes.slice(0, MOST_SENTENCES) }),
    ...(rollout && rollout.forecast.length > 0 && { forecast: rollout.forecast.slice(0, MOST_SENTENCES) }),
    ...(touched.length > 0 && { allows: allowanceOf(input) }),
  }
}

/** None where the change neither declares anything otherwise nor meets a refusal. */
function reviewed(
  one: TouchedInstallation,
  faulty: Faulty | undefined,
  document: InstallationDocument | undefined,
  digest: (text: string) => string,
): readonly ReviewedInstallation[] {
  const { name, changes, refused, after } = one
  const faults = faulty?.faults ?? []
  if (changes.length === 0 && refused.length === 0 && faults.length === 0) return []
  const count = changes.filter(({ plan }) => plan.action === 'blocked').length
  const group = after?.groups?.[0]
  return [
    {
      name,
      effect: effectOf(one, document),
      digest: digest(digestedChange(name, changes)),
      ...(count > 0 && { refused: count }),
      ...((refused.length > 0 || faults.length > 0) && { isHeld: true as const }),
      ...(group !== undefined && { group }),
    },
  ]
}

function effectOf(
  { before, after }: TouchedInstallation,
  document: InstallationDocument | undefined,
): Effect {
  if (before === undefined) return 'created'
  if (after === undefined) return 'deleted'
  return document?.objects.length ? 'changed' : 'unchanged'
}

/** Faults of the merged tree that the target's head does not have. */
function newFaults({ name, before, after }: TouchedInstallation): Faulty {
  const keyOf = ({ code, message }: Fault) => `${code} ${message}`
  const known = new Set(before?.faults.map(keyOf))
  return { name, faults: (after?.faults ?? []).filter((found) => !known.has(keyOf(found))) }
}

function withoutChurn(document: InstallationDocument): InstallationDocument {
  return { ...document, objects: document.objects.filter((object) => !isOnlyLabels(object)) }
}

function objectsIn(documents: readonly InstallationDocument[]): number {
  return documents.reduce((sum, { objects }) => sum + objects.length, 0)
}

/** Fears and images of an installation's changes. */
function toldOf({ name, changes }: TouchedInstallation) {
  const found = changes.map((change) => {
    const told = toldChange(change)
    const fears = { installation: name, key: change.plan.key, fears: fearsOf(change, told) }
    return { fears, images: imagesOf(change, told) }
  })
  return {
    installation: name,
    fears: found.map(({ fears }) => fears),
    images: found.flatMap(({ images }) => images),
  }
}

function massDeletions({ touched, before }: ReviewInput): readonly SharedFear[] {
  const staying = touched.filter(({ after }) => after !== undefined)
  const gone = staying.flatMap(({ changes }) => changes.filter(({ before, after }) => before && !after))
  return massDeletion({
    installations: touched.filter(({ after }) => after === undefined).map(({ name }) => name),
    ofInstallations: before,
    objects: gone.length,
    ofObjects: staying.reduce((sum, one) => sum + (one.before?.objects.length ?? 0), 0),
  })
}
