import test from 'ava'
import {
  answering,
  challenging,
  claiming,
  describeHolder,
  hasAnswered,
  isFree,
  isHeldBy,
  isLeftBehindBy,
  type Lease,
  type LeaseChange,
  notFollowedFor,
  openChallenge,
  releasing,
} from '../../../src/control/lease/lease.ts'

const me = { holder: 'aaaa_1_host', about: 'process 1 on host, Reeve 0.1.0' }
const restarted = { holder: 'aaaa_2_other', about: 'process 2 on other, Reeve 0.1.0' }
const stranger = { holder: 'bbbb_1_host', about: 'process 3 on host, Reeve 0.1.0' }

/** A JSON merge patch (RFC 7386) of a Lease's annotations and spec, as the API server does it. */
function changed(lease: Lease | undefined, { annotations = {}, spec = {} }: LeaseChange): Lease {
  const metadata = {
    name: 'reeve-x',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    ...lease?.metadata,
  }
  const merged = { ...metadata.annotations, ...annotations }
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...metadata, annotations: withoutNulls(merged) as Record<string, string> },
    spec: withoutNulls({ ...(lease?.spec as object), ...spec }) as Record<string, string>,
  }
}

function withoutNulls(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

const mine = changed(undefined, claiming(undefined, me))

test('a Lease that is claimed says who has it, where, and since when', (t) => {
  t.true(isHeldBy(me, mine))
  t.false(isFree(mine))
  t.regex(
    describeHolder(mine),
    /^process 1 on host, Reeve 0\.1\.0, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \(Lease default\/reeve-x\)$/,
  )
})

test('a Lease is free where there is none, or nobody holds it', (t) => {
  t.true(isFree(undefined))
  t.true(isFree(changed(mine, releasing())))
  t.true(isFree(changed(mine, { spec: { holderIdentity: '' } })))
})

test('a process with the same data directory takes over from the one before, others do not', (t) => {
  t.true(isLeftBehindBy(restarted, mine))
  t.false(isLeftBehindBy(stranger, mine))
  t.false(isHeldBy(restarted, mine))
  t.false(isLeftBehindBy(me, changed(mine, releasing())))
})

test('a transition is counted when another one gets it', (t) => {
  const transitions = ({ spec }: Lease) => (spec as { leaseTransitions: number }).leaseTransitions
  t.is(transitions(mine), 0)
  t.is(transitions(changed(mine, claiming(mine, restarted))), 0)
  const taken = changed(mine, claiming(mine, stranger))
  t.is(transitions(taken), 1)
  const released = changed(taken, releasing())
  t.is(transitions(changed(released, claiming(released, me))), 2)
})

test('a question is open until the one who was asked has answered it', (t) => {
  t.is(openChallenge(mine), undefined)
  const asked = changed(mine, challenging('one'))
  t.is(openChallenge(asked), 'one')
  t.false(hasAnswered(asked, asked))
  const answered = changed(asked, answering(asked, new Date()))
  t.is(openChallenge(answered), undefined)
  t.true(hasAnswered(asked, answered))
  const askedAgain = changed(answered, challenging('two'))
  t.is(openChallenge(askedAgain), 'two')
  t.false(hasAnswered(askedAgain, askedAgain))
})

test('an answer tells for how long the branch was not followed', (t) => {
  const asked = changed(mine, challenging('one'))
  const hour = 3_600_000
  const ms = notFollowedFor(changed(asked, answering(asked, new Date(Date.now() - hour)))) ?? Number.NaN
  t.true(Math.abs(ms - hour) < 5_000, String(ms))
  t.is(notFollowedFor(asked), undefined)
  t.is(notFollowedFor(changed(asked, claiming(asked, stranger))), undefined)
  const nonsense = { annotations: { 'reeve.dev/followed': 'for ever' } }
  t.is(notFollowedFor(changed(asked, nonsense)), undefined)
})

test('whoever takes the Lease has answered nothing', (t) => {
  const asked = changed(mine, challenging('one'))
  t.false(hasAnswered(asked, changed(asked, claiming(asked, stranger))))
  t.false(hasAnswered(asked, changed(asked, releasing())))
  t.false(hasAnswered(asked, undefined))
})
