import test from 'ava'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { FaultError } from '../../../src/model/fault.ts'
import { type CommitTree, mixedDeclaration } from '../../../src/stages/declare/mixed-declaration.ts'
import { revertTree } from '../../../src/stages/edit/revert-tree.ts'
import { Random } from '../../helpers/random.ts'
import { declared, type Files, group, installation, TEMPLATE } from './declared.ts'

const RUNS = Number(process.env.REEVE_REVERT_RUNS ?? 60)
const SEED = process.env.REEVE_REVERT_SEED ?? 'revert'
const MEMBERS = ['a', 'b', 'c', 'd']
const { decrypt } = new Keyring()
const options = { decrypt, onUnforeseen: () => {} }

/** A commit of any documents; those that the random numbers change are other ones at each commit. */
function commit(random: Random): Files {
  const word = () => random.pick(['1', '2', '3'])
  const fields = (...all: readonly string[]) =>
    random
      .shuffle(all.filter(() => random.chance(0.6)))
      .map((each) => `  ${each}${random.chance(0.3) ? ' # why' : ''}\n`)
      .join('')
  const inherited = () =>
    fields(
      `version: "${word()}"`,
      `values: {size: ${word()}, text: "${word()}"}`,
      `enforced: {values: {e: ${word()}}}`,
      `valuesFiles: [values/${word()}.yaml, "values/\${installation.name}.yaml"]`,
      `dependsOn: [a]`,
      `atomic: ${random.chance(0.5)}`,
    )
  const outer = group('outer', `  template: {path: templates/${word()}}\n${inherited()}`)
  const ruled = group('ruled', `  group: outer\n  rollout: {maxUnavailable: ${word()}}\n${inherited()}`)
  const inner = group('inner', `  group: ruled\n  members: [c, d]\n${inherited()}`)
  const documents = random.shuffle([outer, ruled, inner])
  const at = random.chance(0.7) ? documents.length : 1
  return {
    'groups.yaml': documents.slice(0, at).join('---\n'),
    ...(at < documents.length && { 'more.yaml': documents.slice(at).join('---\n# more\n') }),
    ...Object.fromEntries(
      MEMBERS.map((name) => [
        `${name}.yaml`,
        installation(name, `  values: {own: ${word()}}\n${'ab'.includes(name) ? '  group: ruled\n' : ''}`),
      ]),
    ),
    ...Object.fromEntries(
      ['1', '2', '3', ...MEMBERS].map((name) => [`values/${name}.yaml`, `file: ${word()}\n`]),
    ),
    ...Object.fromEntries(
      ['1', '2', '3'].flatMap((name) => [
        [`templates/${name}/a.yaml`, `${TEMPLATE}# ${word()}\n`],
        [`templates/${name}/${word()}.yaml`, TEMPLATE],
      ]),
    ),
  }
}

/** What a member is made of, but for places. */
async function effective(name: string, own: CommitTree, inherited: CommitTree): Promise<unknown> {
  const mixed = await mixedDeclaration(name, { own, inherited }, options)
  if (mixed === undefined) return undefined
  const { layers, version, templates, dependsOn, atomic, faults } = mixed.declared.declaration
  const contents = await Promise.all(
    templates.map(async ({ reference }, index) => {
      const path = 'path' in reference ? reference.path : ''
      const entries = (await mixed.templatesOf[index]?.snapshot.entriesBelow(path)) ?? []
      return [path, ...entries.map((entry) => `${entry.path} ${entry.oid}`)]
    }),
  )
  return {
    values: layers.map(({ kind, name: sayer, values }) => JSON.stringify([kind, sayer, values])),
    version,
    contents,
    dependsOn: dependsOn.map((each) => each.name),
    atomic,
    faults: faults.map(({ message }) => message),
  }
}

test(`members inherit what they did at the commit of before (REEVE_REVERT_SEED=${SEED})`, async (t) => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = new Random(`${SEED} ${run}`)
    const [before, now] = [commit(random.fork('before')), commit(random.fork('now'))]
    const [good, head] = [await declared(before), await declared(now)]
    const { changes, restored } = await revertTree(head, good, 'ruled').catch((error) => {
      throw error instanceof FaultError ? new Error(`${run}: ${error.message}\n${now['groups.yaml']}`) : error
    })
    const back = restored.map((path) => [path, before[path]] as const)
    const after = Object.entries({ ...now, ...Object.fromEntries([...back, ...changes]) })
    const reverted = await declared(
      Object.fromEntries(after.filter((each): each is [string, string] => each[1] !== undefined)),
    )
    for (const name of MEMBERS) {
      const wanted = await effective(name, head, good)
      t.deepEqual(await effective(name, reverted, reverted), wanted, `${run}: ${name}`)
    }
    const again = await revertTree(reverted, good, 'ruled')
    t.deepEqual(again, { changes: new Map(), restored: [] }, String(run))
  }
})
