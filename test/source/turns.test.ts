import test from 'ava'
import { Turns } from '../../src/source/turns.ts'

/** Actions that go on until they are told to end, by their names. */
function scene(turnMs: number) {
  const turns = new Turns(2, turnMs)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const run = (server: string, name: string) =>
    turns.run(server, async () => {
      begun.push(name)
      await new Promise<void>((resolve) => ends.set(name, resolve))
      return name
    })
  const end = (name: string) => ends.get(name)?.()
  return { begun, run, end }
}

const soon = () => new Promise((resolve) => setImmediate(resolve))

test('so many of a server go on at once, the others in the order in which they came', async (t) => {
  const { begun, run, end } = scene(60_000)
  const all = ['1', '2', '3', '4'].map((name) => run('a', name))
  await soon()
  t.deepEqual(begun, ['1', '2'])
  end('2')
  await soon()
  t.deepEqual(begun, ['1', '2', '3'])
  for (const name of ['1', '3']) end(name)
  await soon()
  end('4')
  t.deepEqual(await Promise.all(all), ['1', '2', '3', '4'])
})

test('servers do not wait for one another', async (t) => {
  const { begun, run, end } = scene(60_000)
  const all = ['1', '2', '3'].map((name) => run('a', name))
  const other = run('b', 'other')
  await soon()
  t.deepEqual(begun, ['1', '2', 'other'])
  end('other')
  t.is(await other, 'other')
  for (const name of ['1', '2']) end(name)
  await soon()
  end('3')
  await Promise.all(all)
})

test('what hangs keeps others waiting for a while only, and its end counts once', async (t) => {
  const { begun, run, end } = scene(20)
  const hanging = ['1', '2'].map((name) => run('a', name))
  const later = ['3', '4', '5', '6'].map((name) => run('a', name))
  while (begun.length < 6) await soon()
  for (const name of ['1', '2', '3', '4', '5', '6']) end(name)
  await Promise.all([...hanging, ...later])
  const fresh = ['7', '8', '9'].map((name) => run('a', name))
  await soon()
  t.deepEqual(begun.slice(6), ['7', '8'])
  for (const name of ['7', '8']) end(name)
  await soon()
  end('9')
  await Promise.all(fresh)
})

test('what fails gives its turn to the next', async (t) => {
  const turns = new Turns(1, 60_000)
  const failed = turns.run('a', async () => {
    throw new Error('no')
  })
  const next = turns.run('a', async () => 'yes')
  await t.throwsAsync(failed, { message: 'no' })
  t.is(await next, 'yes')
})
