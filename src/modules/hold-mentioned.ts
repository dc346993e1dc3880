import { fault } from '../model/fault.ts'
import { describeKey, idOf } from '../model/object.ts'
import type { ObjectPlan } from '../model/plan.ts'
import type { Member } from './declared.ts'

/** The text of a file at the head; undefined where that can't be had. */
export type TextOf = (file: string) => Promise<string | undefined>

/**
 * Holds back deletions of what a file with faults mentions by name: the object, or the installation
 * that is gone with all of its objects, may have moved there, and nobody can tell before the file is
 * mended.
 *
 * @param gone the installation's name, where Git no longer declares it
 */
export async function holdMentioned(
  plans: readonly ObjectPlan[],
  members: Iterable<Member>,
  textOf: TextOf,
  gone?: string,
): Promise<readonly ObjectPlan[]> {
  const files = new Set([...members].flatMap(({ head }) => filesWithFaults(head.faults)))
  if (files.size === 0 || !plans.some(({ action }) => action === 'delete')) return plans
  const texts = await Promise.all(
    [...files].map(async (file) => ({ file, text: (await textOf(file)) ?? '' })),
  )
  return plans.map((plan) => {
    const names = [plan.key.name, ...(gone === undefined ? [] : [gone])]
    const mention =
      plan.action === 'delete' && texts.find(({ text }) => names.some((name) => mayMention(text, name)))
    return mention ? held(plan, mention.file) : plan
  })
}

/** An encrypted name may be any. */
function mayMention(text: string, name: string): boolean {
  return text.includes(name) || /^[ \t-]*"?name"?:[ \t]*"?ENC\[AES256_GCM,/m.test(text)
}

function filesWithFaults(faults: Member['head']['faults']): readonly string[] {
  return faults.flatMap(({ location }) => location?.file ?? [])
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
