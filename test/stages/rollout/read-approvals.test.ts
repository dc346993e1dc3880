import test from 'ava'
import { readApprovals } from '../../../src/stages/rollout/read-approvals.ts'

const commit = (oid: string, message: string, isVouched = true) => ({ oid, message, isVouched })

/** What commits with these messages say, the newest first: `c0`, `c1`, … */
function approvals(...messages: readonly string[]) {
  const { approved, forced } = readApprovals(messages.map((message, index) => commit(`c${index}`, message)))
  return { approved: Object.fromEntries(approved), forced: Object.fromEntries(forced) }
}

test('a trailer names the groups that a commit approves, or forces', (t) => {
  t.deepEqual(approvals('Go on\n\nReeve-Approve: production\n'), {
    approved: { production: 'c0' },
    forced: {},
  })
  t.deepEqual(approvals('Mend it now\n\nReeve-Force: canary, production\n'), {
    approved: {},
    forced: { canary: 'c0', production: 'c0' },
  })
})

test('the newest commit of several counts, for each group and trailer', (t) => {
  const messages = [
    'Nothing',
    'Third\n\nReeve-Approve: production',
    'Second\n\nReeve-Approve: canary, production\nReeve-Force: production',
    'First\n\nReeve-Approve: canary\nReeve-Force: early',
  ]
  t.deepEqual(approvals(...messages), {
    approved: { production: 'c1', canary: 'c2' },
    forced: { production: 'c2', early: 'c3' },
  })
})

const READ: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'several trailers',
    'Go\n\nReeve-Approve: a\nSigned-off-by: Jo <jo@example.com>\nReeve-Approve: b',
    ['a', 'b'],
  ],
  ['several on one line', 'Go\n\nReeve-Approve: a,b , c', ['a', 'b', 'c']],
  ['a name twice', 'Go\n\nReeve-Approve: a, a', ['a']],
  [
    'lines that end in CRLF',
    'Go\r\n\r\nBecause.\r\n\r\nReeve-Approve: a\r\nReeve-Approve: b\r\n',
    ['a', 'b'],
  ],
  ['a value that goes on in the next line', 'Go\n\nReeve-Approve: a,\n b', ['a', 'b']],
  ['any case', 'Go\n\nreeve-approve: a', ['a']],
  ['blanks around the colon and the name', 'Go\n\nReeve-Approve  :\t a \t', ['a']],
  ['a name with blanks in it', 'Go\n\nReeve-Approve: my group', ['my group']],
  ['no name', 'Go\n\nReeve-Approve:', []],
  ['commas alone', 'Go\n\nReeve-Approve: ,,', []],
  [
    'names that every object has',
    'Go\n\nReeve-Approve: __proto__, constructor',
    ['__proto__', 'constructor'],
  ],
  ['the subject', 'Reeve-Approve: a', []],
  ['the subject over two lines', 'Go\nReeve-Approve: a', []],
  ['a paragraph that is not the last', 'Go\n\nReeve-Approve: a\n\nBecause it is good.', []],
  ['prose in the last paragraph', 'Go\n\nThis line says why.\nReeve-Approve: a', []],
  ['a quote', 'Go\n\n> Reeve-Approve: a', []],
  ['a comment', 'Go\n\nSigned-off-by: Jo <jo@example.com>\n# Reeve-Approve: a', []],
  ['a longer name of a trailer', 'Go\n\nReeve-Approved: a\nNot-Reeve-Approve: b', []],
  ['an empty message', '', []],
]

for (const [what, message, groups] of READ) {
  test(`approvals of a message: ${what}`, (t) => {
    const { approved } = readApprovals([commit('c', message)])
    t.deepEqual([...approved.keys()], groups)
  })
}

test('a commit that should be signed and is not says nothing', (t) => {
  const message = 'Go\n\nReeve-Approve: production\nReeve-Force: production'
  const { approved, forced } = readApprovals([commit('new', message, false), commit('old', message)])
  t.is(approved.get('production'), 'old')
  t.is(forced.get('production'), 'old')
})
