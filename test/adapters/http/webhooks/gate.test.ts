import test from 'ava'
import { Gate } from '../../../../src/adapters/http/webhooks/gate.ts'

function gateAt() {
  const clock = { now: 0 }
  const gate = new Gate(() => clock.now)
  /** How many of so many requests are admitted. */
  const admitted = (times: number, address: string, passed: boolean) => {
    let count = 0
    for (let time = 0; time < times; time += 1) {
      if (!gate.admits(address)) continue
      count += 1
      if (passed) gate.notePassed(address)
    }
    return count
  }
  return { clock, admitted }
}

test('an address whose requests fail is refused after a hundred, and admitted again by and by', (t) => {
  const { clock, admitted } = gateAt()
  t.is(admitted(1_000, 'a', false), 100)
  clock.now += 1_000
  t.is(admitted(1_000, 'a', false), 10)
  t.is(admitted(10, 'b', true), 10, 'another address does not notice')
})

test('requests that pass are limited by the rate of all', (t) => {
  const { clock, admitted } = gateAt()
  t.is(admitted(300, 'a', true) + admitted(300, 'b', true), 500)
  clock.now += 1_000
  t.is(admitted(300, 'a', true), 50)
})

test('requests that are not admitted take nothing from others', (t) => {
  const { admitted } = gateAt()
  t.is(admitted(100_000, 'a', false), 100)
  t.is(admitted(1_000, 'b', true), 400)
})

test('many addresses at once are limited together', (t) => {
  const { admitted } = gateAt()
  let count = 0
  for (let address = 0; address < 5_000; address += 1) count += admitted(1, `${address}`, false)
  t.is(count, 500)
})
