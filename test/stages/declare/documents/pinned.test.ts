import test from 'ava'
import type { Declaration } from '../../../../src/model/declaration.ts'
import { describeFault } from '../../../../src/model/fault.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'

const SHA1 = '0123456789abcdef0123456789abcdef01234567'
const SHA256 = `${SHA1}${'f'.repeat(24)}`

/** The declaration of `acme`, whose document says a revision in line 5. */
async function declared(revision: string): Promise<Declaration | undefined> {
  const { tree } = await declareFiles({
    'acme/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: acme}\n',
    'acme/reeve.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec:\n  revision: ${revision}\n`,
  })
  return tree.declarations.get('acme')?.declaration
}

for (const commit of [SHA1, SHA256]) {
  test(`an installation may be pinned to a commit with an id of ${commit.length} digits`, async (t) => {
    const declaration = await declared(commit)
    t.deepEqual(declaration?.pinned, { commit, location: { file: 'acme/reeve.yaml', line: 5 } })
    t.deepEqual(declaration?.faults, [])
  })
}

test('without a revision it is not pinned', async (t) => {
  const { tree } = await declareFiles({
    'acme/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: acme}\n',
  })
  t.false('pinned' in (tree.declarations.get('acme')?.declaration ?? {}))
})

const NOT_FULL = 'spec.revision is not the full id of a commit, of 40 or 64 lower-case hexadecimal digits'
const REFUSED: readonly (readonly [what: string, revision: string, told: string])[] = [
  ['abbreviated', '0123456789ab', NOT_FULL],
  ['of 41 digits', `${SHA1}0`, NOT_FULL],
  ['upper-case', SHA1.toUpperCase(), NOT_FULL],
  ['of a branch', 'main', NOT_FULL],
  ['empty', '""', NOT_FULL],
  ['relative', 'HEAD~1', NOT_FULL],
  [
    'a number in YAML',
    '1'.repeat(40),
    'spec.revision is a number; expected text: quote it (unquoted, 10.10 is read as 10.1)',
  ],
  ['a mapping', `{commit: ${SHA1}}`, 'spec.revision is not a string'],
]

for (const [what, revision, told] of REFUSED) {
  test(`a revision that is ${what} is a fault`, async (t) => {
    const declaration = await declared(revision)
    t.deepEqual(declaration?.faults.map(describeFault), [
      `acme/reeve.yaml:5: invalid document of Reeve's own kinds: ${told}`,
    ])
    t.is(declaration?.pinned, undefined)
  })
}

test('a group pins nothing: the field is not one of groups', async (t) => {
  const { installations } = await declareFiles({
    'groups.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: production}\nspec: {revision: ${SHA1}}\n`,
  })
  t.deepEqual(installations.get('root')?.faults.map(describeFault), [
    'groups.yaml:4: a field that the kind does not have: spec.revision',
  ])
})
