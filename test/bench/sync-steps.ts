import { type Bed, NAMESPACE, pushWorkload } from './bed.ts'
import { rawCreates, rawPatches } from './raw.ts'
import type { Measured } from './row-table.ts'
import { mean } from './statistics.ts'
import type { Subject } from './subject.ts'
import { COLLECTIONS } from './workload.ts'
import { perSecond, revision, spanOf } from './write-clock.ts'

/** So many plain requests, before and after, are enough to compare with. */
const RAW_OBJECTS = 2_000

export interface FirstSync {
  readonly measured: Measured
  readonly subject: Subject
  /** What the API server answered to the plain creates before and after, to be patched later. */
  readonly answers: readonly (readonly [namespace: string, answers: readonly string[]])[]
}

/** Reeve starts with nothing and creates everything; plain creates before and after. */
export async function firstSync(bed: Bed): Promise<FirstSync> {
  const { api, objects } = bed
  const count = Math.min(objects, RAW_OBJECTS)
  const before = await rawCreates(api, 'raw-before', count)
  const base = await revision(api)
  const subject = bed.run('--interval', '10m')
  const span = await spanOf(api, base, objects).catch((error) => {
    throw subject.explain(error)
  })
  await subject.logged('in sync')
  await checkObjects(bed)
  await subject.logged('status commit')
  const memory = await subject.memory()
  const after = await rawCreates(api, 'raw-after', count)
  const raw = mean([before.perSecond, after.perSecond])
  return {
    subject,
    answers: [
      ['raw-before', before.answers],
      ['raw-after', after.answers],
    ],
    measured: {
      'raw-creates': raw,
      'first-sync': perSecond(span, objects) / raw,
      'first-write': (span.first - subject.startedAt) / 1000,
      memory: memory.now,
    },
  }
}

/** A commit changes one label of every object; plain guarded patches before and after. */
export async function changeAll(
  { api, work, objects }: Bed,
  { subject, answers }: FirstSync,
): Promise<Measured> {
  const [first, second] = answers
  if (first === undefined || second === undefined) throw new Error('there is nothing to patch')
  await pushWorkload(work, objects, '1.1.0')
  const before = await rawPatches(api, ...first)
  const from = subject.lines
  const base = await revision(api)
  subject.signal('SIGHUP')
  const span = await spanOf(api, base, objects).catch((error) => {
    throw subject.explain(error)
  })
  await subject.logged('in sync', from)
  await subject.logged('status commit', from)
  const after = await rawPatches(api, ...second)
  const raw = mean([before.perSecond, after.perSecond])
  return { 'raw-patches': raw, 'change-all': perSecond(span, objects) / raw }
}

/** What was counted were indeed the workload's objects. */
async function checkObjects({ api, objects }: Bed): Promise<void> {
  const counts = await Promise.all(
    COLLECTIONS.map(async (collection) => {
      const list = JSON.parse(await api.send('GET', `${collection.replace('NS', NAMESPACE)}?limit=1`))
      return list.items.length + (list.metadata.remainingItemCount ?? 0)
    }),
  )
  const there = counts.reduce((sum, count) => sum + count, 0)
  if (there !== objects) throw new Error(`${there} instead of ${objects} objects are there`)
}
