import test from 'ava'
import { ByteCollector } from '../../../src/support/exchange/byte-collector.ts'

test('chunks of all sizes are joined in their order', (t) => {
  const collector = new ByteCollector()
  const sizes = [0, 1, 20_000, 3, 16_383, 16_384, 5, 70_000, 1, 1, ...Array(9_000).fill(17)]
  const chunks = sizes.map((size, at) => Buffer.alloc(size, at % 251))
  for (const chunk of chunks) collector.add(chunk)
  t.is(collector.size, Buffer.concat(chunks).length)
  t.true(collector.bytes().equals(Buffer.concat(chunks)))
})

test('nothing is nothing', (t) => {
  t.is(new ByteCollector().bytes().length, 0)
})

test('single bytes do not take many times their size', (t) => {
  const collector = new ByteCollector()
  const before = process.memoryUsage()
  const read = Buffer.alloc(1 << 16)
  for (let at = 0; at < 4 << 20; at += 1)
    collector.add(read.subarray(at % read.length, (at % read.length) + 1))
  globalThis.gc?.()
  const after = process.memoryUsage()
  t.is(collector.size, 4 << 20)
  t.true(after.arrayBuffers - before.arrayBuffers < 64 << 20)
})
