import test from 'ava'
import { Secrets } from '../../../../src/model/secrets.ts'
import { duplicateKeys } from '../../../../src/stages/render/helm/duplicate-keys.ts'

test('a key that holds a secret is not shown, nor its beginning', (t) => {
  const long = `${'s'.repeat(200)}!`
  const keys = ['12', 'a-hunter2-b', long, `x${long}`, 'app']
  const duplicates = keys.map((key, index) => ({ key, file: 'web/a.yaml', line: index + 1 }))
  const shown = duplicateKeys(duplicates, new Secrets(['12', 'hunter2', long])).map(({ message }) =>
    message.replace(/^.*?: /, ''),
  )
  t.deepEqual(shown, [
    '"(secret)", at line 1 of the rendered output',
    '"a-(secret)-b", at line 2 of the rendered output',
    '"(secret)", at line 3 of the rendered output',
    '"x(secret)", at line 4 of the rendered output',
    '"app", at line 5 of the rendered output',
  ])
})

test('a key is told once for each file, where it stands first', (t) => {
  const duplicates = ['a', 'b', 'a'].flatMap((file, index) => [
    { key: 'app', file, line: index },
    { key: `k${index}`, file, line: index },
  ])
  t.deepEqual(
    duplicateKeys(duplicates, undefined).map(({ location, message }) => [
      location?.file,
      /"(.*)", at line (.*) of/.exec(message)?.slice(1).join(),
    ]),
    [
      ['a', 'app,0'],
      ['a', 'k0,0'],
      ['b', 'app,1'],
      ['b', 'k1,1'],
      ['a', 'k2,2'],
    ],
  )
})
