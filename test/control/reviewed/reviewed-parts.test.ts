import test from 'ava'
import { arePartsReviewed } from '../../../src/control/reviewed/reviewed-parts.ts'
import type { Installation } from '../../../src/model/installation.ts'
import type { Revision } from '../../../src/model/revision.ts'
import { NO_RULES } from '../../../src/model/rules.ts'

/** An installation that says one thing itself and inherits another; objects by name. */
function made(source: string, names: readonly string[] = ['web']): Installation {
  const origin = { file: 'a.yaml', line: 1, document: 0, pointer: '' }
  const objects = names.map((name) => ({
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
    origin,
  }))
  return { name: 'a', id: 'a', source, objects, dependsOn: [], rules: NO_RULES, faults: [] }
}

/** Commits are digits; what each one has is the digit, unless `same` says otherwise. */
async function isLet(
  [a0, b0]: readonly [string, string],
  [a, b]: readonly [string, string],
  reviewed: readonly string[],
  {
    isPinned = false,
    objects = {},
  }: { readonly isPinned?: boolean; readonly objects?: Record<string, string[]> } = {},
): Promise<boolean> {
  const at = (revision: Revision) =>
    made(`${revision.own}${revision.inherited}`, objects[`${revision.own}${revision.inherited}`])
  const parts = { from: { own: a0, inherited: b0 }, to: { own: a, inherited: b }, isPinned }
  return arePartsReviewed(parts, {
    from: at(parts.from),
    to: at(parts.to),
    at: async (revision) => at(revision),
    isSame: (one, other) => one.source === other.source,
    isReached: async ({ from, to }) =>
      from?.source === to.source || reviewed.includes(`${from?.source}>${to.source}`),
    isAllowed: async () => false,
  })
}

test('each part moves between commits at which all was reviewed', async (t) => {
  t.true(await isLet(['0', '0'], ['2', '0'], ['00>22']))
  t.true(await isLet(['2', '0'], ['2', '1'], ['00>11']))
  t.true(await isLet(['0', '0'], ['2', '1'], ['00>22', '00>11']))
  t.false(await isLet(['0', '0'], ['2', '1'], ['00>22']))
  t.false(await isLet(['0', '0'], ['2', '0'], ['00>11']))
})

test('a rollout takes back what was reviewed, and a pin does not', async (t) => {
  t.true(await isLet(['1', '1'], ['1', '0'], ['00>11']))
  t.false(await isLet(['1', '1'], ['1', '0'], []))
  t.false(await isLet(['1', '1'], ['1', '0'], ['00>11'], { isPinned: true }))
})

test('an object neither goes nor comes that does so at no commit', async (t) => {
  const both = ['web', 'policy']
  const moved = { '00': both, '22': both, '20': ['web'] }
  t.false(await isLet(['0', '0'], ['2', '0'], ['00>22'], { objects: moved }))
  t.false(await isLet(['0', '0'], ['2', '0'], ['00>22'], { objects: { '20': both } }))
  t.true(await isLet(['0', '0'], ['2', '0'], ['00>22'], { objects: { '22': both, '20': both } }))
})
