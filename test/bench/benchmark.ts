import { type Image, makeImage } from '../helpers/image.ts'
import { type Bed, openBed } from './bed.ts'
import { chartSteps } from './chart-steps.ts'
import { kubectlSteps } from './kubectl-step.ts'
import { drift, oneLine } from './latency-steps.ts'
import { planBranch } from './plan-step.ts'
import { idle, restart, settle } from './rest-steps.ts'
import { reviewSteps } from './review-steps.ts'
import { decisions, rolloutSteps } from './rollout-steps.ts'
import { type Measured, rowNames } from './row-table.ts'
import { median } from './statistics.ts'
import type { Subject } from './subject.ts'
import { changeAll, firstSync } from './sync-steps.ts'

export interface BenchmarkOptions {
  readonly objects: number
  /** How often the first sync and changing all are measured, each time on a new control plane. */
  readonly rounds: number
  /** How often what is short is measured. */
  readonly samples: number
  /** How long nothing happens, in seconds. */
  readonly idleSeconds: number
  /** Open pull requests whose memory is measured, those of the samples among them. */
  readonly openPulls: number
  /** How long Reeve rests before and after them, in seconds. */
  readonly restSeconds: number
  /** So many of the objects are given to kubectl, too; none: its rows are left out. */
  readonly kubectlObjects: number
  /** Directory for CPU profiles of Reeve's processes. */
  readonly profile?: string | undefined
  /** Reeve acts as a service account, by impersonation. */
  readonly impersonate?: boolean | undefined
  readonly onProgress?: (text: string) => void
}

interface Setting extends BenchmarkOptions {
  readonly image: Image
}

/** Measures every row with so many objects; what is measured in several rounds by its median. */
export async function benchmark(options: BenchmarkOptions): Promise<Measured> {
  await using image = await makeImage()
  const setting = { ...options, image }
  const rounds: Measured[] = []
  for (let round = 1; round < options.rounds; round++) rounds.push(await measureSyncs(setting))
  rounds.push(await measureWork(setting))
  return { ...medians(rounds), ...(await measureRest(setting)) }
}

/** No audit log: it would slow the API server down for both sides. */
async function measureSyncs(setting: Setting): Promise<Measured> {
  await using bed = await openBed(setting)
  return await syncs(bed, setting, async () => ({}))
}

/** All that is a matter of speed. */
async function measureWork(setting: Setting): Promise<Measured> {
  const { objects, samples, kubectlObjects, onProgress = () => {} } = setting
  await using bed = await openBed(setting)
  const speed = await syncs(bed, setting, async (subject) => {
    onProgress(`${objects} objects: one changed line`)
    const line = await oneLine(bed, subject, samples)
    onProgress(`${objects} objects: drift`)
    const drifted = await drift(bed, samples)
    onProgress(`${objects} objects: plan`)
    const planned = await planBranch(bed, Math.ceil(samples / 3))
    const { peak } = await subject.memory()
    return { ...line, ...drifted, ...planned, 'memory-peak': peak }
  })
  onProgress(`${objects} objects: installations of a chart`)
  const charts = await chartSteps(bed, samples)
  onProgress(`${objects} objects: pull requests`)
  const worked = { ...speed, ...charts, ...(await reviewSteps(bed, setting)) }
  if (kubectlObjects === 0) return worked
  onProgress(`${objects} objects: kubectl with ${kubectlObjects} of them`)
  return { ...worked, ...(await kubectlSteps(bed, kubectlObjects)) }
}

/** First sync and changing all, and then what else is to be measured with the same Reeve. */
async function syncs(
  bed: Bed,
  { objects, onProgress = () => {} }: BenchmarkOptions,
  more: (subject: Subject) => Promise<Measured>,
): Promise<Measured> {
  onProgress(`${objects} objects: first sync`)
  const first = await firstSync(bed)
  await using subject = first.subject
  onProgress(`${objects} objects: changing all`)
  const changed = await changeAll(bed, first)
  const rest = await more(subject)
  await subject.stop()
  return { ...first.measured, ...changed, ...rest }
}

/** What Reeve does when there is nothing to do; the API server's audit log tells the requests. */
async function measureRest(setting: Setting): Promise<Measured> {
  const { objects, samples, idleSeconds, onProgress = () => {} } = setting
  await using bed = await openBed({ ...setting, auditLog: true })
  onProgress(`${objects} objects: no change`)
  await using subject = await settle(bed, idleSeconds / 2)
  const rested = await idle(bed, subject, idleSeconds)
  await subject.stop()
  onProgress(`${objects} objects: restart`)
  const restarted = await restart(bed, Math.ceil(samples / 5))
  onProgress(`${objects} objects: rollouts`)
  const rollouts = await rolloutSteps(bed, samples, idleSeconds)
  return { ...rested, ...restarted, ...rollouts, ...(await decisions(objects, samples)) }
}

function medians(rounds: readonly Measured[]): Measured {
  const entries = rowNames.flatMap((name) => {
    const values = rounds.flatMap((round) => round[name] ?? [])
    return values.length === 0 ? [] : [[name, median(values)] as const]
  })
  return Object.fromEntries(entries)
}
