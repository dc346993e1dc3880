import test from 'ava'
import { requestName } from '../../src/model/work-request.ts'
import { PassOn } from '../../src/roles/pass-on.ts'

/** A way to the leader that answers when told to. */
function slowWay() {
  const sent: string[][] = []
  const errors: unknown[] = []
  const answers: PromiseWithResolvers<void>[] = []
  const passOn = new PassOn({
    send: (requests) => {
      sent.push(requests.map(requestName))
      const answer = Promise.withResolvers<void>()
      answers.push(answer)
      return answer.promise
    },
    onError: (error) => void errors.push(error),
  })
  return { passOn, sent, errors, answers }
}

test('what comes while one write is under way goes together in the next, equal requests once', async (t) => {
  const { passOn, sent, answers } = slowWay()
  const done = passOn.add({ kind: 'poll' })
  for (const number of [1, 2, 1]) void passOn.add({ kind: 'review', number })
  void passOn.add({ kind: 'poll' })
  t.deepEqual(sent, [['poll']])
  answers[0]?.resolve()
  await new Promise(setImmediate)
  answers[1]?.resolve()
  await done
  t.deepEqual(sent, [['poll'], ['review/1', 'review/2', 'poll']])
})

test('a write that fails is told, and the next one is tried', async (t) => {
  const { passOn, sent, errors, answers } = slowWay()
  const done = passOn.add({ kind: 'poll' })
  void passOn.add({ kind: 'collect' })
  answers[0]?.reject(new Error('away'))
  await new Promise(setImmediate)
  answers[1]?.resolve()
  await done
  t.deepEqual(sent, [['poll'], ['collect']])
  t.deepEqual(errors.map(String), ['Error: away'])
})
