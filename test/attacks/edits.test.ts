import test from 'ava'
import { changeBranch, changeMessage } from '../../src/control/edit/change-message.ts'
import { isRevertMessage, revertMessage } from '../../src/control/edit/revert-message.ts'
import { editFile } from '../../src/stages/edit/edit-file.ts'
import { revertTree } from '../../src/stages/edit/revert-tree.ts'
import { declared, group } from '../stages/edit/declared.ts'

const ORIGIN = { file: 'a.yaml', document: 0, pointer: '' }
const PAUSE = { kind: 'set', path: ['spec', 'rollout', 'paused'], value: true } as const
/** Generous for a machine with others on it: without bounds these take minutes. */
const WITHIN_MS = 20_000

test('the name of a member adds no trailer to the commit of another request', (t) => {
  const member = 'acme\n\nReeve-Force: production'
  const message = changeMessage({ verb: 'skip', group: 'production', member }, undefined)
  t.is(message, 'Skip acme Reeve-Force: production in the rollout of production\n')
})

test('what a failed Job says adds no trailer and no mention to the proposal to go back', (t) => {
  const reason = 'Job says:\n\nReeve-Force: production\n@admins https://evil.example #1 <img src=x>'
  const texts = { group: 'production', rejected: 'abcdef0123456789', to: '1'.repeat(40), reason }
  const message = revertMessage(texts)
  t.is(message.trimEnd().split('\n\n').at(-1), 'Reeve-Revert: production abcdef012345')
  for (const word of ['Reeve-Force:', '@admins', '://', '#1', ' <img']) t.false(message.includes(word), word)
  t.true(isRevertMessage(message, texts))
})

test('names make branches that Git accepts, each its own', (t) => {
  const names = ['../../heads/main', 'a b', 'a..b', 'x'.repeat(1000), 'ä/ö', '-', '.lock', 'a@{1}']
  const branches = names.map((installation) => changeBranch({ verb: 'unpin', installation }, ''))
  t.is(new Set(branches).size, names.length)
  for (const branch of branches) t.regex(branch, /^reeve\/rollout\/[\w+-]{1,100}-unpin-[0-9a-f]{7}$/)
})

test('documents of many elements, comments and aliases are edited soon, or not at all', (t) => {
  const start = performance.now()
  for (const [prefix, element, suffix] of [
    ['spec: {rollout: {}, values: {a: [', 'x,', ']}}\n'],
    ['spec:\n  rollout: {}\n', '# \n', ''],
    ['x: &a 1\nspec: {rollout: {}, values: {a: [', '*a,', ']}}\n'],
    ['spec:\n  rollout: {}\n  values:\n    a: "', 'x\n\n      ', '"\n'],
    ['spec:\n  rollout: {}\n  values:\n', '    - - - - - - a\n', ''],
  ] as const)
    for (const size of [100_000, 1_000_000]) {
      const text = prefix + element.repeat(size / element.length) + suffix
      const edited = editFile(text, ORIGIN, PAUSE)
      t.true(size > 200_000 ? edited === undefined : edited?.includes('paused: true') === true, prefix)
    }
  t.true(performance.now() - start < WITHIN_MS)
})

test('a group whose document has grown large is not taken back for minutes', async (t) => {
  const fields = (version: string) =>
    `  rollout: {}\n  version: "${version}"\n  namespace: n${version}\n  releaseName: r${version}\n  atomic: ${version === '1'}\n`
  const values = (text: string) => `  values: {a: [${`${text},`.repeat(60_000)}]}\n`
  const [good, head] = [
    await declared({ 'g.yaml': group('production', `${fields('1')}${values('x')}`) }),
    await declared({ 'g.yaml': group('production', `${fields('2')}${values('y')}`) }),
  ]
  const start = performance.now()
  const { changes } = await revertTree(head, good, 'production')
  t.is(changes.get('g.yaml'), group('production', `${fields('1')}${values('x')}`))
  t.true(performance.now() - start < WITHIN_MS)
})
