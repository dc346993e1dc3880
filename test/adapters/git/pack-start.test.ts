import test from 'ava'
import { PackStart } from '../../../src/adapters/git/pack-start.ts'

const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text
const before = `${line('shallow 1234\n')}0000${line('NAK\n')}${line('\x02Counting objects: 100%\n')}${line('\x01')}`

const cases: readonly (readonly [what: string, answer: string, at: number | undefined])[] = [
  ['the first data of band 1', `${before}${line('\x01PACK')}`, before.length + 4],
  ['nothing where there are only words, flushes and signs of life', `${before}0000${before}`, undefined],
  ['data without bands', `${line('NAK\n')}PACK…`, line('NAK\n').length + 3],
  ['what is no Git', '<html>', 3],
  ['nothing in an error', line('ERR no\n'), undefined],
]

for (const [what, answer, at] of cases) {
  test(`the start of a pack is ${what}, however the answer is cut`, (t) => {
    const bytes = Buffer.from(answer, 'latin1')
    const whole = new PackStart()
    t.is(whole.read(bytes) === 'pack', at !== undefined)
    const each = new PackStart()
    const found = bytes.findIndex((_, index) => each.read(bytes.subarray(index, index + 1)) === 'pack')
    t.is(found, at ?? -1)
  })
}

test('the end of each line is told', (t) => {
  const start = new PackStart()
  const bytes = Buffer.from(`${line('NAK\n')}0000${line('\x02ab')}${line('\x01')}`, 'latin1')
  const ends = [...bytes.keys()].filter((at) => start.read(bytes.subarray(at, at + 1)) === 'line')
  t.deepEqual(ends, [7, 11, 18, 23])
})
