import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import type { Random } from '../../../helpers/random.ts'
import type { Repository, Said } from './repository.ts'

const TEMPLATES = ['templates/one', 'templates/two'] as const
const GROUPS = ['outer', 'inner', 'other'] as const
const COMMON = 'values/common.yaml'
const EACH = 'values/${installation.name}.yaml'

type Documents = Map<string, Said>

interface Draft {
  readonly random: Random
  readonly groups: Documents
  readonly installations: Documents
  readonly files: Map<string, JsonObject>
  readonly templates: Map<string, JsonObject>
}

/** A small repository: two groups, one in the other, a third one, and some installations in them. */
export function firstRepository(random: Random): Repository {
  const said = (): Said => ({ values: randomValues(random), valuesFiles: [] })
  const names = ['acme', 'brick', 'coyote']
  return {
    groups: new Map<string, Said>([
      ['outer', { ...said(), version: '1', template: TEMPLATES[0], valuesFiles: [COMMON] }],
      ['inner', { ...said(), group: 'outer', valuesFiles: random.chance(0.5) ? [EACH] : [] }],
      ['other', { ...said(), version: '1', template: TEMPLATES[1] }],
    ]),
    installations: new Map(names.map((name) => [name, { ...said(), group: random.pick(GROUPS) }])),
    files: new Map(
      [COMMON, ...names.map((name) => `values/${name}.yaml`)].map((path) => [path, randomValues(random)]),
    ),
    templates: new Map(TEMPLATES.map((path) => [path, randomValues(random)])),
  }
}

/** The repository of the next commit. */
export function nextRepository(random: Random, before: Repository): Repository {
  const draft: Draft = {
    random,
    groups: new Map(before.groups),
    installations: new Map(before.installations),
    files: new Map(before.files),
    templates: new Map(before.templates),
  }
  for (let count = random.between(1, 4); count > 0; count -= 1) random.pick(CHANGES)(draft)
  return draft
}

const CHANGES: readonly ((draft: Draft) => void)[] = [
  ({ random, groups }) => change(random, groups, () => ({ values: randomValues(random) })),
  ({ random, installations }) => change(random, installations, () => ({ values: randomValues(random) })),
  ({ random, groups }) => change(random, groups, () => ({ version: `${random.between(1, 4)}` })),
  ({ random, installations }) =>
    change(random, installations, () => ({ version: `${random.between(1, 4)}` })),
  ({ random, installations }) => change(random, installations, ({ version: _, ...rest }) => rest, true),
  ({ random, groups }) =>
    change(random, groups, () => ({
      enforced: { values: randomValues(random), ...(random.chance(0.3) && { version: '9' }) },
    })),
  ({ random, groups }) => change(random, groups, ({ enforced: _, ...rest }) => rest, true),
  ({ random, installations }) => change(random, installations, () => ({ group: random.pick(GROUPS) })),
  ({ random, installations }) => change(random, installations, () => ({ template: random.pick(TEMPLATES) })),
  ({ random, groups }) => change(random, groups, () => ({ template: random.pick(TEMPLATES) })),
  ({ random, installations }) =>
    change(random, installations, () => ({ valuesFiles: random.chance(0.5) ? [COMMON] : [] })),
  ({ random, groups }) =>
    change(random, groups, () => ({ valuesFiles: random.pick([[], [COMMON], [EACH]]) })),
  ({ random, files }) => files.set(random.pick([...files.keys()]), randomValues(random)),
  ({ random, templates }) => templates.set(random.pick(TEMPLATES), randomValues(random)),
  toGroups,
  toMembers,
  nest,
  ({ random, installations }) =>
    installations.set('new', { group: random.pick(GROUPS), values: {}, valuesFiles: [] }),
]

/** @param isWhole whether the result is all that it says, and not only what changes */
function change(
  random: Random,
  documents: Documents,
  to: (said: Said) => Partial<Said>,
  isWhole = false,
): void {
  const name = random.pick([...documents.keys()])
  const said = documents.get(name)
  if (said) documents.set(name, { ...(isWhole ? { values: {}, valuesFiles: [] } : said), ...to(said) })
}

/** A value that members say moves to their group. */
function toGroups({ random, groups, installations }: Draft): void {
  const key = random.pick(KEYS)
  const group = random.pick(GROUPS)
  for (const [name, said] of installations) {
    if (said.group !== group || !(key in said.values)) continue
    const { [key]: value, ...values } = said.values
    installations.set(name, { ...said, values })
    const around = groups.get(group)
    if (around && value !== undefined)
      groups.set(group, { ...around, values: { ...around.values, [key]: value } })
  }
}

/** A value that a group says moves to its members. */
function toMembers({ random, groups, installations }: Draft): void {
  const group = random.pick(GROUPS)
  const around = groups.get(group)
  const key = random.pick(KEYS)
  if (around === undefined || !(key in around.values)) return
  const { [key]: value, ...values } = around.values
  groups.set(group, { ...around, values })
  for (const [name, said] of installations)
    if (said.group === group && value !== undefined)
      installations.set(name, { ...said, values: { [key]: value, ...said.values } })
}

/** The inner group moves into another one, or out of all. */
function nest({ random, groups }: Draft): void {
  const inner = groups.get('inner')
  if (inner === undefined) return
  const { group: _, ...rest } = inner
  const outer = random.pick(['none', 'outer', 'other'].filter((name) => name !== inner.group))
  groups.set('inner', { ...rest, ...(outer !== 'none' && { group: outer }) })
}

const KEYS = ['a', 'b', 'm'] as const

function randomValues(random: Random): JsonObject {
  const values: Record<string, JsonValue> = {}
  for (const key of KEYS.slice(0, 2)) if (random.chance(0.4)) values[key] = random.between(1, 3)
  if (random.chance(0.5)) values.m = random.chance(0.15) ? random.between(1, 3) : randomMapping(random)
  return values
}

function randomMapping(random: Random): JsonObject {
  const mapping: Record<string, JsonValue> = {}
  for (const key of ['x', 'y']) if (random.chance(0.6)) mapping[key] = random.pick([1, 2, null])
  return mapping
}
