import test from 'ava'
import { cut } from '../../src/model/cut.ts'

const cases: readonly (readonly [line: string, width: number, cut: string])[] = [
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['a😀b', 4, 'a😀b'],
  ['a😀bc', 4, 'a😀…'],
  ['a😀bc', 3, 'a…'],
  ['abc', 0, '…'],
]

for (const [line, width, expected] of cases)
  test(`${line} is cut to ${width} characters, none of them in half`, (t) => t.is(cut(line, width), expected))
