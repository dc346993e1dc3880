import test from 'ava'
import { parseQuantity } from '../../../../src/stages/plan/normalise/quantity.ts'

const NANO = 10n ** 9n

const cases: readonly (readonly [text: string, nanos: bigint | undefined])[] = [
  ['0', 0n],
  ['1', NANO],
  ['+1', NANO],
  ['-1', -NANO],
  ['1000m', NANO],
  ['0.1', NANO / 10n],
  ['.5', NANO / 2n],
  ['5.', 5n * NANO],
  ['1u', 1000n],
  ['1n', 1n],
  ['0.1n', 1n],
  ['-0.1n', -1n],
  ['1k', 1000n * NANO],
  ['1Ki', 1024n * NANO],
  ['1.5Gi', 1536n * 1024n * 1024n * NANO],
  ['1E', 10n ** 18n * NANO],
  ['1E3', 1000n * NANO],
  ['1e3', 1000n * NANO],
  ['1e-3', NANO / 1000n],
  ['129e6', 129_000_000n * NANO],
  ['0.3', 300_000_000n],
  ['9007199254740993', 9007199254740993n * NANO],
  ['100E', (2n ** 63n - 1n) * NANO],
  ['1e999', (2n ** 63n - 1n) * NANO],
  ['', undefined],
  ['.', undefined],
  ['1 Gi', undefined],
  ['1e3Ki', undefined],
  ['1KI', undefined],
  ['0x10', undefined],
  ['1e10000', undefined],
  ['one', undefined],
]

for (const [text, nanos] of cases) {
  test(`the quantity "${text}" is ${nanos === undefined ? 'no quantity' : `${nanos} n`}`, (t) => {
    t.is(parseQuantity(text), nanos)
  })
}
