import test from 'ava'
import { lineReader } from '../../../src/adapters/engine/line-reader.ts'

function linesOf(...chunks: readonly string[]): readonly string[] {
  const lines: string[] = []
  const read = lineReader((line) => lines.push(line))
  for (const chunk of chunks) read(Buffer.from(chunk, 'latin1'))
  return lines
}

test('lines come whole, however they are cut', (t) => {
  t.deepEqual(linesOf('a\nb', 'c', 'd\n', '\ne'), ['a', 'bcd'])
})

test('a character may be cut in two', (t) => {
  t.deepEqual(linesOf('\xc3', '\xa9\n'), ['é'])
})
