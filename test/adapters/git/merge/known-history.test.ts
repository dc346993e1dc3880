import test from 'ava'
import { KnownHistory } from '../../../../src/adapters/git/merge/known-history.ts'

test('a history is read once for all changes of the same target', async (t) => {
  const history = new KnownHistory()
  const reads: string[] = []
  const of = (head: string) =>
    history.of(head, async () => {
      reads.push(head)
      return [head, 'base']
    })
  t.deepEqual([...(await of('one'))], ['one', 'base'])
  await of('one')
  t.deepEqual([...(await of('two'))], ['two', 'base'])
  await of('two')
  history.forget()
  await of('two')
  t.deepEqual(reads, ['one', 'two', 'two'])
})

test('a history that could not be read is read again', async (t) => {
  const history = new KnownHistory()
  await t.throwsAsync(history.of('one', () => Promise.reject(new Error('damaged'))))
  t.deepEqual([...(await history.of('one', async () => ['one']))], ['one'])
})
