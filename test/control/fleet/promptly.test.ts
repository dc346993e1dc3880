import test from 'ava'
import { Promptly } from '../../../src/control/fleet/promptly.ts'
import { until } from '../../helpers/until.ts'

test('an answer that is late is not waited for again until it is there, and told then', async (t) => {
  const told: string[] = []
  const promptly = new Promptly<string>((answer) => told.push(answer))
  const slow = Promise.withResolvers<string>()
  t.is(await promptly.ask('a', 10, () => slow.promise), undefined)
  t.is(await promptly.ask('a', 600_000, () => t.fail() as never), undefined)
  t.is(await promptly.ask('b', 600_000, async () => 'b'), 'b')
  slow.resolve('a')
  await until('the answer', async () => told.length > 0)
  t.deepEqual(told, ['a'])
  t.is(await promptly.ask('a', 600_000, async () => 'again'), 'again')
})

test('what fails in time is thrown, and what fails late may be asked again', async (t) => {
  const promptly = new Promptly<string>()
  const failing = () => Promise.reject(new Error('no'))
  await t.throwsAsync(promptly.ask('a', 600_000, failing), { message: 'no' })
  const slow = Promise.withResolvers<string>()
  t.is(await promptly.ask('a', 10, () => slow.promise), undefined)
  slow.reject(new Error('later'))
  await until('it to be forgotten', async () => (await promptly.ask('a', 600_000, async () => 'a')) === 'a')
  t.pass()
})
