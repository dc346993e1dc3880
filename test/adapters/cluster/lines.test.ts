import test from 'ava'
import { linesOf } from '../../../src/adapters/cluster/lines.ts'

const text = '{"a":1}\n{"b":"ü€𝄞"}\n\n{"c":3}\n{"torn'

async function* chunksOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

for (const size of [1, 2, 3, 5, 7, 100]) {
  test(`lines are put together from chunks of ${size} bytes, in the middle of a character too`, async (t) => {
    const lines: string[] = []
    for await (const line of linesOf(chunksOf(Buffer.from(text), size))) lines.push(line)
    t.deepEqual(lines, ['{"a":1}', '{"b":"ü€𝄞"}', '{"c":3}'])
  })
}
