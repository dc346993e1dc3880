import { fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { describeKey, idOf } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { Member } from '../fleet/member.ts'

/** Text of a file at the head; undefined if unavailable. */
export type TextOf = (file: string) => Promise<string | undefined>

/** Maximum number of characters searched, all names together: about a second's worth. */
const MOST_SEARCHED = 1e9

/**
 * Holds back deletions of objects that a file with faults mentions by name: the object, or the installation
 * that is gone with all of its objects, may have moved there, which is unknown until the file is fixed. Holds
 * all deletions if there are too many names and files to search.
 *
 * @param gone name of the installation, if Git no longer declares it
 */
export async function holdMentioned(
  plans: readonly ObjectPlan[],
  members: Iterable<Member>,
  textOf: TextOf,
  gone?: string,
): Promise<readonly ObjectPlan[]> {
  const files = new Set([...members].flatMap(({ attempted }) => filesWithFaults(attempted)))
  const names = new Set(plans.flatMap(({ action, key }) => (action === 'delete' ? key.name : [])))
  if (files.size === 0 || names.size === 0) return plans
  const mentioned = await mentions(files, gone === undefined ? names : names.add(gone), textOf)
  const everywhere = gone === undefined ? undefined : mentioned.get(gone)
  return plans.map((plan) => {
    const file = everywhere ?? mentioned.get(plan.key.name)
    return plan.action === 'delete' && file !== undefined ? held(plan, file) : plan
  })
}

/** First file that mentions each name; only one text is in memory at a time. */
async function mentions(
  files: ReadonlySet<string>,
  names: ReadonlySet<string>,
  textOf: TextOf,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let searched = 0
  for (const file of files) {
    const text = (await textOf(file)) ?? ''
    const open = [...names].filter((name) => !found.has(name))
    searched += open.length * text.length
    const isAll = searched > MOST_SEARCHED || mayHoldAnyName(text)
    for (const name of open) if (isAll || text.includes(name)) found.set(name, file)
    if (found.size === names.size) break
  }
  return found
}

/** Whether the text has an encrypted name, which may be any. */
function mayHoldAnyName(text: string): boolean {
  return /^[ \t-]*"?name"?:[ \t]*"?ENC\[AES256_GCM,/m.test(text)
}

function filesWithFaults({ faults, sources = [] }: Installation): readonly string[] {
  return [...faults.flatMap(({ location }) => location?.file ?? []), ...sources]
}

function held(plan: ObjectPlan, file: string): ObjectPlan {
  const details = `${describeKey(plan.key)}, in ${file}`
  return {
    action: 'blocked',
    key: plan.key,
    fault: fault('deletion-held', details, { object: idOf(plan.key) }),
    ...(plan.action === 'delete' && { live: plan.live }),
  }
}
