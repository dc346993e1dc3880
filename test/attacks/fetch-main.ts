// Fetches the branch main of a remote into a directory, and says which commit it got, or the fault.
import { openRepository } from '../../src/adapters/git/repository.ts'
import { FaultError } from '../../src/model/fault.ts'

const [, , url = '', directory = ''] = process.argv
await using repository = await openRepository({ directory, remote: { url } })
const answer = await repository.fetch('main').catch((error) => {
  if (!(error instanceof FaultError)) throw error
  return error.message
})
process.stdout.write(`${answer}\n`)
