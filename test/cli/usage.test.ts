import test from 'ava'
import { reeve } from '../helpers/reeve.ts'

test('an unknown command is refused with the nearest one', async (t) => {
  const { code, stderr } = await reeve(['plna'])
  t.is(code, 2)
  t.regex(stderr, /unknown command 'plna'\n\(Did you mean plan\?\)/)
})

test('faults explains a code, lists all of them, and knows the nearest one', async (t) => {
  const one = await reeve(['faults', 'not-owned'])
  t.is(one.code, 0)
  t.regex(one.stdout, /^not-owned\n {2}the object exists and is not managed by Reeve\n {2}→ /)
  const all = await reeve(['faults'])
  t.regex(all.stdout, /^yaml-syntax\n/)
  t.true(all.stdout.includes('\nvarying-template\n'), 'notices, too')
  t.true(all.stdout.split('\n').every((line) => [...line].length <= 80))
  const unknown = await reeve(['faults', 'not-ownd'])
  t.is(unknown.code, 2)
  t.regex(unknown.stderr, /did you mean not-owned\?/)
})

test('without a command the help comes on standard error', async (t) => {
  const { code, stdout, stderr } = await reeve([])
  t.is(code, 2)
  t.is(stdout, '')
  t.regex(stderr, /^Usage: reeve/)
})

test('unknown flags, missing and bad values are all named at once, without a stack trace', async (t) => {
  const { code, stdout, stderr } = await reeve(['run', '--bramch', 'x', '--interval', 'soon', '--repo'])
  t.is(code, 2)
  t.is(stdout, '')
  t.regex(stderr, /"--bramch" is unknown; did you mean --branch\?/)
  t.regex(stderr, /--interval "soon" is not a duration/)
  t.regex(stderr, /--repo needs a value/)
  t.regex(stderr, /See: reeve run --help\n$/)
  t.notRegex(stderr, /\n {4}at /)
})

test('a secret on the command line is never repeated', async (t) => {
  const results = await Promise.all([
    reeve(['run', '--git-token=hunter2']),
    reeve(['run', '--git-password', 'hunter2']),
    reeve(['--git-token=hunter2', 'run']),
    reeve(['run', '--repo', 'https://ann:hunter2@git.example.com/x.git']),
    reeve(['plan', '--repo', 'https://git.example.com/x.git', '--git-tokn=hunter2']),
  ])
  for (const { code, stdout, stderr } of results) {
    t.is(code, 2)
    t.false(`${stdout}${stderr}`.includes('hunter2'))
  }
  t.regex(results[0]?.stderr ?? '', /give --git-token-file or set REEVE_GIT_TOKEN/)
})

test('too many and too few arguments are refused', async (t) => {
  const [none, many] = await Promise.all([reeve(['validate']), reeve(['validate', '.', 'x'])])
  t.is(none.code, 2)
  t.regex(none.stderr, /DIR is missing/)
  t.is(many.code, 2)
  t.regex(many.stderr, /unexpected argument "x"/)
})
