import test from 'ava'
import type { Others } from '../../../src/control/review/other-clusters.ts'
import type { Proposal } from '../../../src/control/review/proposals.ts'
import { documentOf, Publisher } from '../../../src/control/review/publisher.ts'
import { ReviewBranch } from '../../../src/control/review/review-branch.ts'
import { hasRoom } from '../../../src/control/review/review-room.ts'
import type { ClusterReview } from '../../../src/stages/review/cluster-review.ts'
import { createLog } from '../../../src/support/telemetry/log.ts'
import { gitScene } from '../../adapters/git/set-up.ts'
import { review } from '../../stages/review/sample-reviews.ts'

test('the reviews of all changes together are bounded, and one that does not fit says so', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  const log = await createLog({ level: 'silent', format: 'json' })
  const repository = await scene.open()
  const branch = new ReviewBranch({ repository, branch: 'reeve/review/x', cluster: 'x', log })
  t.teardown(() => branch[Symbol.asyncDispose]())
  const others: Others = { reviews: [], silent: [] }
  const publisher = new Publisher({
    forge: () => undefined,
    branch,
    name: 'default',
    others: () => others,
    onError: () => {},
  })
  t.teardown(() => publisher[Symbol.dispose]())
  const conflicts = Array.from({ length: 40_000 }, (_, index) => `${'d'.repeat(50)}/${index}`)
  for (let at = 0; at < 40; at++) {
    const proposal: Proposal = { name: `${at}`, head: 'a'.repeat(40), ref: `refs/heads/${at}`, isFork: false }
    await publisher.publish(proposal, { ...review(), conflicts }, new AbortController().signal)
  }
  t.true(branch.sizeBeside('') <= 65 << 20, `${branch.sizeBeside('')}`)
  t.regex(branch.document('0') ?? '', /dddd\/1\b/)
  t.regex(branch.document('39') ?? '', /review-too-large/)
  t.notRegex(branch.document('39') ?? '', /dddd/)
})

test('a review that would not be read again has no room', (t) => {
  const has = (rest: Partial<ClusterReview>) => hasRoom({ document: documentOf(review(rest)), text: '' }, 0)
  t.true(has({}))
  t.false(has({ conflicts: Array.from({ length: 200 }, () => 'ä'.repeat(10_000)) }), 'size in bytes')
  t.false(has({ conflicts: ['x'.repeat(200_000)] }), 'one text is too long')
  t.false(has({ conflicts: ['\ud800'] }), 'no Unicode')
})
