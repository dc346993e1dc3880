import test from 'ava'
import { type DownloadClaim, DownloadRoom, NoRoom } from '../../../src/support/exchange/download-room.ts'

const MIB = 1024 ** 2

function isGivenUp({ signal }: DownloadClaim): boolean {
  return signal.reason instanceof NoRoom
}

test('a download that exceeds the room is given up, and those before it go on', (t) => {
  const room = new DownloadRoom(100 * MIB)
  const [first, second] = [room.claim(), room.claim()]
  first.take(30 * MIB)
  t.throws(() => second.take(21 * MIB), { instanceOf: NoRoom, message: /may take 100 MiB/ })
  t.true(isGivenUp(second))
  t.throws(() => second.take(1), { instanceOf: NoRoom })
  t.notThrows(() => first.take(20 * MIB))
})

test('a small download ends the largest instead', (t) => {
  const room = new DownloadRoom(100 * MIB)
  const [large, larger, small] = [room.claim(), room.claim(), room.claim()]
  large.take(20 * MIB)
  larger.take(30 * MIB)
  t.notThrows(() => small.take(MIB))
  t.deepEqual([large, larger, small].map(isGivenUp), [false, true, false])
})

test('what a download took is free after it, and before another try', (t) => {
  const room = new DownloadRoom(100 * MIB)
  for (let run = 0; run < 5; run++) {
    using claim = room.claim()
    claim.take(30 * MIB)
    claim.begin()
    t.notThrows(() => claim.take(50 * MIB))
  }
})
