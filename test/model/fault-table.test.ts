import test from 'ava'
import { faultTable } from '../../src/model/fault-table.ts'

test('a change that needs a replacement is told with what the replacement loses', (t) => {
  const { title, remedy } = faultTable['needs-replacement']
  t.notRegex(title, /immutable/, 'a claim may be refused to shrink, or a rule may forbid the change')
  t.regex(remedy, /reeve\.dev\/replace: "true", which loses what it holds, such as the data of a volume/)
})

test('a remedy that promises a retry names the command that retries', (t) => {
  const promises = Object.values(faultTable).filter(({ remedy }) => /retries/.test(remedy))
  t.true(promises.length > 0)
  for (const { remedy } of promises) t.regex(remedy, /reeve run retries by itself/)
})
