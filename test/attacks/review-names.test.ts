import test from 'ava'
import { reviewedName, reviewPath } from '../../src/stages/review/review-path.ts'

test('the reviews of two branches never share a path, whatever they are called', (t) => {
  const names = ['a', 'a.yaml/b', 'a.md/b', 'a.yaml', 'a%2Eyaml/b', 'b%', 'b%25', 'x/y.md/z.yaml', 'é', '%']
  const paths = names.flatMap((name) => [`${reviewPath(name)}.yaml`, `${reviewPath(name)}.md`])
  t.is(new Set(paths).size, paths.length)
  for (const path of paths)
    for (const other of paths) t.false(other.startsWith(`${path}/`), `${path} ${other}`)
  for (const name of names) t.is(reviewedName(reviewPath(name)), name)
})

test('a path has nothing that does not show', (t) => {
  const name = 'a\u0085\u202eb\u200b\u{e0041}\u2028'
  t.regex(reviewPath(name), /^[\x21-\x7e]+$/)
  t.is(reviewedName(reviewPath(name)), name)
})

test('a path that is no encoding is a name as it is', (t) => {
  for (const path of ['100%', '%zz', '1%2']) t.is(reviewedName(path), path)
})
