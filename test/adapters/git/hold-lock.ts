import { lockDataDir } from '../../../src/adapters/git/data-dir-lock.ts'

// A process that holds a lock until it is killed.
await lockDataDir(process.argv[2] ?? '')
process.send?.('held')
setInterval(() => {}, 1_000)
