import { faultTable } from '../../src/model/fault-table.ts'
import { noticeTable } from '../../src/model/notice-table.ts'
import { logMessages } from './log-messages.ts'

/** `npm run messages`: everything that Reeve says, to be read as one text. */
for (const [what, table] of [
  ['Faults', faultTable],
  ['Notices', noticeTable],
] as const) {
  console.log(`${what}\n`)
  for (const [code, { title, remedy }] of Object.entries(table))
    console.log(`${code}\n  ${title}\n  → ${remedy}`)
  console.log()
}
console.log('Log\n')
for (const { level, message } of await logMessages()) console.log(`${level.padEnd(5)}  ${message}`)
